import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openMailer } from "../../mail/mailer.ts";
import {
  CLIENT_SECRET,
  createBrowser,
  type IdentityProvider,
  startIdentityProvider,
} from "../../testing/identity-provider.ts";
import { startMailServer } from "../../testing/mail-server.ts";
import { auditOf, configure, setMode, tenantWithProvider } from "../../testing/single-sign-on.ts";
import { type Caller, PASSWORD, startTestServer, type TestServer } from "../../testing/test-api.ts";

let server: TestServer;
let idp: IdentityProvider;
let tenantId: string;
let owner: Caller;

const ROLE_MAP = [
  { group: "owners", role: "owner" },
  { group: "senders", role: "operator" },
  { group: "readers", role: "viewer" },
];

beforeAll(async () => {
  idp = await startIdentityProvider();
  server = await startTestServer();
  ({ id: tenantId, owner } = await tenantWithProvider(server, "acme", idp, { roleMap: ROLE_MAP }));
});
afterAll(async () => {
  await server.close();
  await idp.close();
});
beforeEach(() => {
  Object.assign(idp.state, { amr: undefined, ignoresPrompt: false, hangs: false, refuses: false });
  idp.as("ada", { email: "ada@acme.example.com", email_verified: true, name: "Ada", groups: ["senders"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ADA = "ada@acme.example.com";
const browser = () => createBrowser(server.app);
type Browser = ReturnType<typeof browser>;

async function begin(at: Browser, email = ADA): Promise<string> {
  const begun = await at.mutate<{ url: string }>("singleSignOn.begin", { email });
  expect(begun.message).toBeUndefined();
  return begun.data.url;
}

/** Changes one parameter of an address. */
function altered(url: string, name: string, value: string): string {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed.href;
}

const isSignedIn = async (at: Browser) => (await at.query("auth.me")).data !== null;

describe("single sign-on", () => {
  it("signs a new person in with the role of their group, for 12 hours at most", async () => {
    const ours = browser();
    expect(await ours.signIn(ADA, "/campaigns?page=2")).toBe("/campaigns?page=2");
    expect((await ours.query("auth.me")).data).toMatchObject({
      user: { name: "Ada", email: ADA },
      role: "operator",
      signedInBy: "sso",
      tenant: { id: tenantId },
    });
    const [session] = await server.sql`
      select extract(epoch from expires_at - created_at)::int as seconds from sessions where signed_in_by = 'sso'`;
    expect(session!.seconds).toBeGreaterThan(43_000);
    expect(session!.seconds).toBeLessThanOrEqual(43_200);
    expect(await auditOf(server, tenantId, "person.join")).toEqual([{ by: "sso", role: "operator" }]);
    expect(await auditOf(server, tenantId, "sso.link")).toEqual([{ issuer: idp.issuer, subject: "ada" }]);
    expect((await auditOf(server, tenantId, "auth.sign-in")).at(-1)).toMatchObject({ by: "sso" });
  });

  it("finds the person by issuer and subject, whatever their address is now", async () => {
    await browser().signIn(ADA);
    idp.as("ada", { email: "ada.king@elsewhere.example", name: "Ada King", groups: ["senders"] });
    const ours = browser();
    expect(await ours.signIn(ADA)).toBe("/");
    expect((await ours.query("auth.me")).data).toMatchObject({ user: { email: ADA } });
  });

  it("links a member of this organisation alone, who keeps the password", async () => {
    idp.as("viv", {
      email: "viewer@acme.example.com",
      email_verified: true,
      groups: ["readers"],
    });
    const ours = browser();
    expect(await ours.signIn("viewer@acme.example.com")).toBe("/");
    expect((await ours.query("auth.me")).data).toMatchObject({
      role: "viewer",
      user: { name: "acme viewer" },
    });
    expect((await server.signIn("viewer@acme.example.com", PASSWORD)).cookie).toBeTruthy();
  });

  it("tells the person by mail that their account was linked", async () => {
    const mail = await startMailServer();
    server.dependencies.mailer = openMailer({ url: mail.url, from: "Acme <texts@example.com>" });
    idp.as("opa", { email: "operator@acme.example.com", email_verified: true, groups: ["senders"] });
    expect(await browser().signIn("operator@acme.example.com")).toBe("/");
    await expect.poll(() => mail.mails.length).toBe(1);
    expect(mail.mails[0]).toMatchObject({ to: ["operator@acme.example.com"] });
    expect(mail.mails[0]!.text).toMatch(/Single sign-on of acme was linked with your account/);
    server.dependencies.mailer = null;
    await mail.close();
  });

  it("gives an account without a password no password that fits", async () => {
    await browser().signIn(ADA);
    for (const password of ["none", " ", PASSWORD]) {
      const { status } = await browser().mutate("auth.signIn", { email: ADA, password });
      expect(status).toBe(401);
    }
  });

  it("makes no browser known, so that a provider can't hand out guesses of the password", async () => {
    await browser().signIn(ADA);
    const rows =
      await server.sql`select 1 from known_browsers k join users u on u.id = k.user_id where u.email = ${ADA}`;
    expect(rows).toHaveLength(0);
  });

  it("asks the provider with PKCE, state and nonce, of which the server stores none", async () => {
    const ours = browser();
    const url = new URL(await begin(ours));
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    expect(url.searchParams.get("login_hint")).toBe(ADA);
    expect(url.searchParams.get("redirect_uri")).toBe("https://texts.example.com/sign-in/sso/callback");
    const stored = JSON.stringify(await server.sql`select * from sign_in_flows`);
    for (const name of ["state", "nonce", "code_challenge"])
      expect(stored).not.toContain(url.searchParams.get(name)!);
    expect(stored).not.toContain(ours.ours.get("__Host-sso_flow")!);
    const response = await server.app.request("/trpc/singleSignOn.begin", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: ADA }),
    });
    expect(response.headers.get("set-cookie")).toMatch(
      /^__Host-sso_flow=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
    );
  });

  it("begins from no other site's page", async () => {
    const response = await server.app.request("/trpc/singleSignOn.begin", {
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "cross-site" },
      body: JSON.stringify({ email: ADA }),
    });
    expect(response.status).toBe(403);
  });

  it("leads to no other site", async () => {
    for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "/\u0000"]) {
      const { status } = await browser().mutate("singleSignOn.begin", { email: ADA, next });
      expect(status, next).toBe(400);
    }
  });

  it("says of an address only whether its domain has single sign-on", async () => {
    const look = async (email: string) => (await browser().query("singleSignOn.lookUp", { email })).data;
    expect(await look(ADA)).toEqual({ mode: "offered" });
    expect(await look("nobody@acme.example.com")).toEqual({ mode: "offered" });
    expect(await look("ada@sub.acme.example.com")).toEqual({ mode: "off" });
    const { message } = await browser().mutate("singleSignOn.begin", { email: "ada@other.example" });
    expect(message).toMatch(/not set up for this email address/);
  });
});

describe("an answer that does not belong to the visit", () => {
  it("is refused with another state, and uses nothing up", async () => {
    const ours = browser();
    const answer = await ours.visit(await begin(ours));
    expect(await ours.comeBack(altered(answer, "state", "another"))).toBe("/sign-in?sso=over");
    expect(await isSignedIn(ours)).toBe(false);
    expect(await ours.comeBack(answer)).toBe("/");
  });

  it("is refused with another nonce", async () => {
    const ours = browser();
    const answer = await ours.visit(altered(await begin(ours), "nonce", "another"));
    expect(await ours.comeBack(answer)).toBe("/sign-in?sso=not-verified");
    expect(await isSignedIn(ours)).toBe(false);
  });

  it("is refused with another code challenge", async () => {
    const ours = browser();
    const other = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const answer = await ours.visit(altered(await begin(ours), "code_challenge", other));
    expect(await ours.comeBack(answer)).toBe("/sign-in?sso=not-verified");
  });

  it("is refused in another browser", async () => {
    const ours = browser();
    const answer = await ours.visit(await begin(ours));
    const other = browser();
    expect(await other.comeBack(answer)).toBe("/sign-in?sso=over");
    await begin(other);
    expect(await other.comeBack(answer)).toBe("/sign-in?sso=over");
    expect(await isSignedIn(other)).toBe(false);
  });

  it("is refused a second time, also with the cookie of the visit", async () => {
    const ours = browser();
    const answer = await ours.visit(await begin(ours));
    const cookie = ours.ours.get("__Host-sso_flow")!;
    expect(await ours.comeBack(answer)).toBe("/");
    const thief = browser();
    thief.ours.set("__Host-sso_flow", cookie);
    expect(await thief.comeBack(answer)).toBe("/sign-in?sso=over");
    expect(await isSignedIn(thief)).toBe(false);
  });

  it("opens one session of two that come at once", async () => {
    const ours = browser();
    const answer = await ours.visit(await begin(ours));
    const twin = browser();
    twin.ours.set("__Host-sso_flow", ours.ours.get("__Host-sso_flow")!);
    const led = await Promise.all([ours.comeBack(answer), twin.comeBack(answer)]);
    expect(led.sort()).toEqual(["/", "/sign-in?sso=over"]);
  });

  it("is refused after ten minutes", async () => {
    const ours = browser();
    const answer = await ours.visit(await begin(ours));
    const [flow] = await server.sql`
      select extract(epoch from expires_at - created_at)::int as seconds from sign_in_flows order by created_at desc limit 1`;
    expect(flow!.seconds).toBe(600);
    await server.sql`update sign_in_flows set expires_at = clock_timestamp()`;
    expect(await ours.comeBack(answer)).toBe("/sign-in?sso=over");
    expect(await isSignedIn(ours)).toBe(false);
  });

  it("is refused once single sign-on was turned off", async () => {
    const ours = browser();
    const answer = await ours.visit(await begin(ours));
    await setMode(owner, "off");
    expect(await ours.comeBack(answer)).toBe("/sign-in?sso=off");
    await setMode(owner, "offered");
  });
});

describe("the provider", () => {
  it("may replace its keys", async () => {
    await browser().signIn(ADA);
    idp.rotateKey();
    // The library asks for keys again if it does not know one and asked a minute ago.
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 61_000);
    const asked = idp.state.keysAsked;
    expect(await browser().signIn(ADA)).toBe("/");
    expect(idp.state.keysAsked).toBe(asked + 1);
    expect(await browser().signIn(ADA)).toBe("/");
    expect(idp.state.keysAsked).toBe(asked + 1);
  });

  it("may replace its keys without a warning: one visit fails, the next is fine", async () => {
    await browser().signIn(ADA);
    idp.rotateKey();
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=not-verified");
    expect(await browser().signIn(ADA)).toBe("/");
  });

  it("may refuse the person", async () => {
    idp.state.refuses = true;
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=denied-by-provider");
  });

  it("may be away: that is said within the time limit, and the password still works", async () => {
    await configure(owner, idp, { roleMap: ROLE_MAP });
    idp.state.hangs = true;
    const startedMs = performance.now();
    const { status, message } = await browser().mutate("singleSignOn.begin", { email: ADA });
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    expect(status).toBe(412);
    expect(message).toMatch(/could not be reached. Try again in a minute/);
    expect((await server.signIn("owner@acme.example.com")).cookie).toBeTruthy();
    idp.state.hangs = false;
    expect(await browser().signIn(ADA)).toBe("/");
  });

  it("may go away while the person is there", async () => {
    const ours = browser();
    const answer = await ours.visit(await begin(ours));
    await idp.close();
    expect(await ours.comeBack(answer)).toBe("/sign-in?sso=unreachable");
    await idp.comeBack();
  });

  it("and its secret stay out of the log", () => {
    const log = server.logged.join("\n");
    expect(log).toContain("A single sign-on failed");
    expect(log).not.toContain(CLIENT_SECRET);
    expect(log).not.toMatch(/eyJ[\w-]{10,}|code=|id_token|code_verifier/);
  });
});

describe("an address that is not proven", () => {
  it("is refused if the provider does not say that it is verified", async () => {
    for (const [at, claims] of [{}, { email_verified: false }].entries()) {
      idp.as(`unverified-${at}`, { email: `u${at}@acme.example.com`, groups: ["senders"], ...claims });
      expect(await browser().signIn(ADA)).toBe("/sign-in?sso=unverified-address");
    }
    expect((await auditOf(server, tenantId, "sso.refused")).at(-1)).toMatchObject({
      problem: "unverified-address",
      subject: "unverified-1",
    });
    expect(await server.sql`select 1 from users where email like 'u_@acme.example.com'`).toHaveLength(0);
  });

  it("is taken if the organisation declares that its provider verifies every address", async () => {
    await configure(owner, idp, { roleMap: ROLE_MAP, emailAlwaysVerified: true });
    idp.as("declared", { email: "declared@acme.example.com", groups: ["senders"] });
    expect(await browser().signIn(ADA)).toBe("/");
    await configure(owner, idp, { roleMap: ROLE_MAP });
  });

  it("is refused in a domain that the organisation did not verify", async () => {
    idp.as("outside", { email: "outside@elsewhere.example", email_verified: true, groups: ["senders"] });
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=other-domain");
  });

  it("is refused where there is none", async () => {
    idp.as("nameless", { groups: ["senders"] });
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=no-address");
  });

  it("opens nobody else's account, although the provider gave it to another person", async () => {
    await browser().signIn(ADA);
    idp.as("new-ada", { email: ADA, email_verified: true, groups: ["owners"] });
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=other-person");
  });

  it("opens no account that is closed", async () => {
    idp.as("gone", { email: "gone@acme.example.com", email_verified: true, groups: ["senders"] });
    await browser().signIn(ADA);
    await server.sql`update users set disabled_at = now() where email = 'gone@acme.example.com'`;
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=account-closed");
  });
});

describe("groups", () => {
  const roleOf = async (at: Browser) => (await at.query<{ role: string }>("auth.me")).data?.role;

  it("change the role at each sign-in", async () => {
    await browser().signIn(ADA);
    idp.people.get("ada")!.groups = ["readers", "other"];
    const ours = browser();
    await ours.signIn(ADA);
    expect(await roleOf(ours)).toBe("viewer");
    expect((await auditOf(server, tenantId, "person.set-role")).at(-1)).toEqual({
      from: "operator",
      to: "viewer",
      by: "sso",
    });
    idp.people.get("ada")!.groups = ["readers", "senders"];
    await ours.signIn(ADA);
    // The order of the map decides, not that of the groups.
    expect(await roleOf(ours)).toBe("operator");
  });

  it("that give no role any more refuse the person, and end what they have open", async () => {
    const ours = browser();
    await ours.signIn(ADA);
    expect(await isSignedIn(ours)).toBe(true);
    idp.people.get("ada")!.groups = ["other"];
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=no-group");
    expect(await isSignedIn(ours)).toBe(false);
    expect((await auditOf(server, tenantId, "sso.refused")).at(-1)).toMatchObject({ problem: "no-group" });
    expect(await auditOf(server, tenantId, "auth.end-sessions")).toHaveLength(1);
  });

  it("refuse a new person without one, and make no account", async () => {
    idp.as("nobody", { email: "nobody@acme.example.com", email_verified: true, groups: [] });
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=no-group");
    expect(await server.sql`select 1 from users where email = 'nobody@acme.example.com'`).toHaveLength(0);
  });

  it("never take the role of the last owner", async () => {
    idp.as("olga", { email: "owner@acme.example.com", email_verified: true, groups: ["readers"] });
    const ours = browser();
    expect(await ours.signIn(ADA)).toBe("/");
    expect(await roleOf(ours)).toBe("owner");
    expect(await auditOf(server, tenantId, "sso.role-kept")).toEqual([{ role: "owner", groups: "viewer" }]);
    idp.as("ada");
    idp.people.get("ada")!.groups = ["owners"];
    await browser().signIn(ADA);
    idp.as("olga");
    await ours.signIn(ADA);
    expect(await roleOf(ours)).toBe("viewer");
    await server.sql`update memberships set role = 'owner' from users u
      where u.id = user_id and u.email = 'owner@acme.example.com'`;
  });

  it("are not asked for without a map: members keep their roles, and nobody new becomes one", async () => {
    await configure(owner, idp);
    idp.as("viv");
    const ours = browser();
    expect(await ours.signIn(ADA)).toBe("/");
    expect(await roleOf(ours)).toBe("viewer");
    idp.as("stranger", { email: "stranger@acme.example.com", email_verified: true, groups: ["owners"] });
    expect(await browser().signIn(ADA)).toBe("/sign-in?sso=not-a-member");
    expect(await server.sql`select 1 from users where email = 'stranger@acme.example.com'`).toHaveLength(0);
    await configure(owner, idp, { roleMap: ROLE_MAP });
  });

  it("make a removed member one again, with a link of their own", async () => {
    await browser().signIn(ADA);
    const rows = await server.sql<{ id: string }[]>`select id from users where email = ${ADA}`;
    const userId = rows[0]!.id;
    expect((await owner.mutate("people.remove", { userId })).status).toBe(200);
    expect(await server.sql`select 1 from sign_in_identities where user_id = ${userId}`).toHaveLength(0);
    const ours = browser();
    expect(await ours.signIn(ADA)).toBe("/");
    expect(await roleOf(ours)).toBe("operator");
  });
});
