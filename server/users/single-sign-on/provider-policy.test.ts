import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createBrowser,
  type IdentityProvider,
  startIdentityProvider,
} from "../../testing/identity-provider.ts";
import { codeOf, setUpTotp } from "../../testing/second-factor.ts";
import { auditOf, configure, setMode, tenantWithProvider } from "../../testing/single-sign-on.ts";
import {
  type Caller,
  createTenant,
  PASSWORD,
  startTestServer,
  type TestServer,
} from "../../testing/test-api.ts";

let server: TestServer;
let idp: IdentityProvider;
let tenantId: string;
let owner: Caller;

const ROLE_MAP = [
  { group: "owners", role: "owner" },
  { group: "admins", role: "admin" },
];
const ADA = "ada@acme.example.com";

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
  Object.assign(idp.state, { amr: undefined, ignoresPrompt: false });
  idp.as("ada", { email: ADA, email_verified: true, name: "Ada", groups: ["admins"] });
});

const browser = () => createBrowser(server.app);
type Browser = ReturnType<typeof browser>;
type MeShape = { lacksSecondFactor: boolean; signedInBy: string; role: string } | null;
const me = async (at: Browser | Caller) => (await at.query<MeShape>("auth.me")).data;
const policy = (secondFactorPolicy: string) =>
  server.sql`update tenants set second_factor_policy = ${secondFactorPolicy} where id = ${tenantId}`;
const age = () =>
  server.sql`update sessions set proven_at = clock_timestamp() - interval '6 minutes' where signed_in_by = 'sso'`;

describe("the policy for second factors", () => {
  it("is met by a provider that states one", async () => {
    await policy("everybody");
    idp.state.amr = ["pwd", "mfa"];
    const ours = browser();
    await ours.signIn(ADA);
    expect((await me(ours))!.lacksSecondFactor).toBe(false);
    expect((await ours.query("people.list")).status).toBe(200);
  });

  it("is not met by a provider that states none: the person sets one of ours up", async () => {
    idp.as("ben", { email: "ben@acme.example.com", email_verified: true, groups: ["admins"] });
    const ours = browser();
    await ours.signIn(ADA);
    expect((await me(ours))!.lacksSecondFactor).toBe(true);
    expect((await ours.query("people.list")).status).toBe(403);
    const start = await ours.mutate<{ secret: string }>("secondFactor.startTotp");
    const { secret } = start.data;
    expect((await ours.mutate("secondFactor.confirmTotp", { code: codeOf(secret, -1) })).status).toBe(200);
    expect((await me(ours))!.lacksSecondFactor).toBe(false);
    // From now on it is asked for after the provider.
    const next = browser();
    expect(await next.signIn(ADA, "/inbox")).toBe("/sign-in?next=%2Finbox");
    expect(await me(next)).toBeNull();
    expect((await next.query("auth.pendingSignIn")).data).toMatchObject({ pending: { totp: true } });
    expect((await next.mutate("auth.giveSecondFactor", { kind: "totp", code: codeOf(secret) })).status).toBe(
      200,
    );
    expect(await me(next)).toMatchObject({ signedInBy: "sso", lacksSecondFactor: false });
    // It is also what confirms: the provider, which asks for less, does not.
    await age();
    expect((await next.mutate("singleSignOn.prove")).message).toMatch(/has a second factor/);
    expect((await next.mutate("secondFactor.prove", { kind: "totp", code: codeOf(secret, 1) })).status).toBe(
      200,
    );
  });

  it("is met by a provider of which the organisation declares that it always asks", async () => {
    await policy("optional");
    await configure(owner, idp, { roleMap: ROLE_MAP, asksSecondFactor: true });
    await policy("everybody");
    const ours = browser();
    await ours.signIn(ADA);
    expect((await me(ours))!.lacksSecondFactor).toBe(false);
    await policy("optional");
    await configure(owner, idp, { roleMap: ROLE_MAP });
  });
});

describe("a fresh proof after single sign-on", () => {
  const prove = async (at: Browser) => {
    const begun = await at.mutate<{ url: string }>("singleSignOn.prove");
    expect(begun.message).toBeUndefined();
    return at.comeBack(await at.visit(begun.data.url));
  };
  const invite = (at: Browser, email: string) => at.mutate("people.invite", { email, role: "viewer" });

  it("is a new sign-in at the provider, and gives the session a new token", async () => {
    const ours = browser();
    await ours.signIn(ADA);
    await age();
    expect((await invite(ours, "a@example.com")).status).toBe(428);
    const before = ours.ours.get("__Host-session_id");
    const begun = await ours.mutate<{ url: string }>("singleSignOn.prove");
    expect(begun.data.url).toMatch(/[?&]prompt=login(&|$)/);
    expect(begun.data.url).toMatch(/[?&]max_age=0(&|$)/);
    expect(await ours.comeBack(await ours.visit(begun.data.url))).toBe("/confirm?done=1");
    expect(ours.ours.get("__Host-session_id")).not.toBe(before);
    expect((await invite(ours, "a@example.com")).message).toBeUndefined();
    expect((await auditOf(server, tenantId, "auth.prove")).at(-1)).toMatchObject({ by: "sso" });
  });

  it("is none if the provider did not ask again, by the time that it states", async () => {
    const ours = browser();
    await ours.signIn(ADA);
    await age();
    idp.state.ignoresPrompt = true;
    const begun = await ours.mutate<{ url: string }>("singleSignOn.prove");
    await server.sql`update sign_in_flows set created_at = created_at + interval '40 seconds'`;
    expect(await ours.comeBack(await ours.visit(begun.data.url))).toBe("/confirm?sso=not-fresh");
    expect((await invite(ours, "b@example.com")).status).toBe(428);
  });

  it("is none by another person", async () => {
    const ours = browser();
    await ours.signIn(ADA);
    await age();
    ours.theirs.clear();
    idp.as("eve", { email: "eve@acme.example.com", email_verified: true, groups: ["admins"] });
    expect(await prove(ours)).toBe("/confirm?sso=wrong-person");
    expect((await invite(ours, "c@example.com")).status).toBe(428);
  });

  it("is none without the second factor that the session began with", async () => {
    idp.state.amr = ["mfa"];
    const ours = browser();
    await ours.signIn(ADA);
    await age();
    idp.state.amr = ["pwd"];
    expect(await prove(ours)).toBe("/confirm?sso=no-second-factor");
    idp.state.amr = ["mfa"];
    expect(await prove(ours)).toBe("/confirm?done=1");
  });

  it("is none for another session, and none by the password", async () => {
    const ours = browser();
    await ours.signIn(ADA);
    const begun = await ours.mutate<{ url: string }>("singleSignOn.prove");
    const answer = await ours.visit(begun.data.url);
    await ours.mutate("auth.signOut");
    expect(await ours.comeBack(answer)).toBe("/confirm?sso=over");
    const again = browser();
    await again.signIn(ADA);
    const byPassword = await again.mutate("secondFactor.prove", { kind: "password", password: PASSWORD });
    expect(byPassword.message).toMatch(/confirm with it, too/);
    expect((await owner.mutate("singleSignOn.prove")).message).toMatch(/signed in with your password/);
  });
});

describe("trying it", () => {
  const tryIt = async (at: Browser) => {
    const begun = await at.mutate<{ url: string }>("identityProvider.tryIt");
    expect(begun.message).toBeUndefined();
    return at.comeBack(await at.visit(begun.data.url));
  };
  const trialOf = async (at: Browser | Caller) =>
    (await at.query<{ connection: { trial: object | null } }>("identityProvider.get")).data.connection.trial;
  const asOwner = async () => {
    const ours = browser();
    await ours.mutate("auth.signIn", { email: "owner@acme.example.com", password: PASSWORD });
    return ours;
  };

  it("shows claims, groups and role, and changes nothing", async () => {
    const ours = await asOwner();
    idp.as("new", { email: "new@acme.example.com", email_verified: true, groups: ["admins", "x"] });
    const count =
      () => server.sql`select (select count(*) from users) as users, (select count(*) from memberships) as members,
      (select count(*) from sessions) as sessions, (select count(*) from sign_in_identities) as links`;
    const before = await count();
    expect(await tryIt(ours)).toBe("/settings/single-sign-on");
    expect(await count()).toEqual(before);
    expect(await trialOf(ours)).toMatchObject({
      ...{ subject: "new", email: "new@acme.example.com", emailVerified: true, groups: ["admins", "x"] },
      ...{ role: "admin", secondFactor: false, problem: null },
    });
    expect(await me(ours)).toMatchObject({ signedInBy: "password", role: "owner" });
    expect(await auditOf(server, tenantId, "sso.try")).toEqual([{ problem: null }]);
  });

  it("says why the person would be refused", async () => {
    const ours = await asOwner();
    idp.as("none", { email: "none@acme.example.com", email_verified: true, groups: ["x"] });
    await tryIt(ours);
    expect(await trialOf(ours)).toMatchObject({
      role: null,
      problem: expect.stringMatching(/None of your groups/),
    });
    expect((await ours.mutate("identityProvider.setMode", { mode: "required" })).message).toMatch(/Try it/);
  });

  it("names the cause to the owner where the provider refuses the client", async () => {
    await configure(owner, idp, { roleMap: ROLE_MAP, clientSecret: "a wrong one" });
    const ours = await asOwner();
    const led = new URL(await tryIt(ours), "https://texts.example.com");
    expect(led.searchParams.get("sso")).toBe("not-verified");
    expect(led.searchParams.get("cause")).toMatch(/token endpoint refused the client id or secret/);
    expect(await trialOf(ours)).toBeNull();
    await configure(owner, idp, { roleMap: ROLE_MAP });
  });

  it("belongs to the session that began it", async () => {
    const ours = await asOwner();
    const begun = await ours.mutate<{ url: string }>("identityProvider.tryIt");
    const answer = await ours.visit(begun.data.url);
    await ours.mutate("auth.signOut");
    expect(await ours.comeBack(answer)).toBe("/settings/single-sign-on?sso=over");
  });

  it("is undone by a change of the configuration", async () => {
    const ours = await asOwner();
    await tryIt(ours);
    expect(await trialOf(ours)).not.toBeNull();
    await configure(owner, idp, { roleMap: ROLE_MAP });
    expect(await trialOf(ours)).toBeNull();
  });
});

describe("required single sign-on", () => {
  let secret: string;
  const signIn = (email: string) => browser().mutate("auth.signIn", { email, password: PASSWORD });

  it("needs a good trial, and an owner who could still come in without the provider", async () => {
    const ask = (mode: string) => owner.mutate("identityProvider.setMode", { mode });
    expect((await ask("required")).message).toMatch(/Try it/);
    const ours = browser();
    await ours.mutate("auth.signIn", { email: "owner@acme.example.com", password: PASSWORD });
    const begun = await ours.mutate<{ url: string }>("identityProvider.tryIt");
    await ours.comeBack(await ours.visit(begun.data.url));
    expect((await ask("required")).message).toMatch(
      /Set a password and a second factor up for yourself first/,
    );
    ({ secret } = await setUpTotp(owner));
    await setMode(owner, "required");
    expect(await auditOf(server, tenantId, "sso.mode")).toContainEqual({ from: "offered", to: "required" });
  });

  it("refuses the password with the way to go, and says nothing to who does not have it", async () => {
    const right = await signIn("operator@acme.example.com");
    expect(right.status).toBe(403);
    expect(right.message).toBe(
      "acme requires single sign-on. Choose “Continue with single sign-on” on the sign-in page.",
    );
    const wrong = await browser().mutate("auth.signIn", {
      email: "operator@acme.example.com",
      password: "not the password",
    });
    expect(wrong).toMatchObject({ status: 401, message: "E-mail address or password is wrong." });
    expect((await auditOf(server, tenantId, "auth.sign-in-failed")).at(-2)).toMatchObject({
      because: "sso-required",
    });
    expect((await browser().query("singleSignOn.lookUp", { email: ADA })).data).toEqual({ mode: "required" });
    expect(await browser().signIn(ADA)).toBe("/");
  });

  it("ends sessions that began with the password, at once", async () => {
    await setMode(owner, "offered");
    const viewer = await server.signIn("viewer@acme.example.com");
    expect(await me(viewer)).not.toBeNull();
    await setMode(owner, "required");
    expect(await me(viewer)).toBeNull();
    expect((await viewer.query("campaigns.list", {})).status).toBe(401);
    const pause = await server.app.request(`/tenants/${tenantId}/pause`, {
      method: "POST",
      headers: { cookie: viewer.cookie },
    });
    expect(pause.status).toBe(401);
  });

  it("lets an owner with a second factor in by the password, so that a broken provider locks nobody out", async () => {
    await idp.close();
    const ours = browser();
    const step = await ours.mutate("auth.signIn", { email: "owner@acme.example.com", password: PASSWORD });
    expect(step.data).toMatchObject({ pending: { totp: true } });
    expect(await me(ours)).toBeNull();
    expect((await ours.mutate("auth.giveSecondFactor", { kind: "totp", code: codeOf(secret) })).status).toBe(
      200,
    );
    expect(await me(ours)).toMatchObject({ role: "owner", signedInBy: "password" });
    await idp.comeBack();
  });

  it("is not switched to from another organisation, and not joined with the password", async () => {
    const other = await createTenant(server.sql, "other", ["owner"]);
    await server.sql`insert into memberships (tenant_id, user_id, role)
      select ${tenantId}, id, 'viewer' from users where email = 'owner@other.example.com'`;
    const ours = await server.signIn("owner@other.example.com");
    expect((await ours.query<{ tenant: { id: string } }>("auth.me")).data.tenant.id).toBe(other);
    const refused = await ours.mutate("auth.switchTenant", { tenantId });
    expect(refused).toMatchObject({
      status: 403,
      message: expect.stringMatching(/^acme requires single sign-on/),
    });
    const invited = await owner.mutate<{ url: string }>("people.invite", {
      email: "guest@example.com",
      role: "viewer",
    });
    const joined = await browser().mutate("join.asNewPerson", {
      token: invited.data.url.split("#")[1],
      name: "Guest",
      password: "a long and good password",
    });
    expect(joined).toMatchObject({
      status: 403,
      message: expect.stringMatching(/^You are a member now. acme requires/),
    });
    expect(
      await server.sql`select 1 from memberships m join users u on u.id = m.user_id
      where m.tenant_id = ${tenantId} and u.email = 'guest@example.com'`,
    ).toHaveLength(1);
  });

  it("keeps its last verified domain, and becomes offered when the configuration changes", async () => {
    const last = await owner.mutate("identityProvider.removeDomain", { domain: "acme.example.com" });
    expect(last.message).toMatch(/one verified domain must stay/);
    await configure(owner, idp, { roleMap: ROLE_MAP });
    const { mode } = (await browser().query<{ mode: string }>("singleSignOn.lookUp", { email: ADA })).data;
    expect(mode).toBe("offered");
  });
});

it("single sign-on is not turned off by an owner whom it signed in", async () => {
  idp.as("boss", { email: "boss@acme.example.com", email_verified: true, groups: ["owners"] });
  const ours = browser();
  await ours.signIn(ADA);
  expect((await ours.mutate("identityProvider.setMode", { mode: "off" })).message).toMatch(
    /which this would end/,
  );
});
