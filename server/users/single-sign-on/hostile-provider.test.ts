import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createBrowser,
  type IdentityProvider,
  startIdentityProvider,
} from "../../testing/identity-provider.ts";
import { codeOf, setUpTotp } from "../../testing/second-factor.ts";
import { auditOf, setMode, tenantWithProvider, verify } from "../../testing/single-sign-on.ts";
import {
  type Caller,
  createTenant,
  PASSWORD,
  startTestServer,
  type TestServer,
} from "../../testing/test-api.ts";

/**
 * Tenant "evil" runs a provider that states whatever helps. "bank" has no single sign-on; "good" has a provider of its own.
 */
let server: TestServer;
let hostile: IdentityProvider;
let honest: IdentityProvider;
const ids: Record<string, string> = {};

const TRICKS = { email_verified: true, groups: ["any"] };
const ROLE_MAP = [{ group: "any", role: "owner" }];

beforeAll(async () => {
  [hostile, honest] = await Promise.all([startIdentityProvider(), startIdentityProvider()]);
  server = await startTestServer();
  ids.bank = await createTenant(server.sql, "bank", ["owner", "operator", "viewer", "admin"]);
  ids.evil = (await tenantWithProvider(server, "evil", hostile, { roleMap: ROLE_MAP })).id;
  ids.good = (await tenantWithProvider(server, "good", honest, { roleMap: ROLE_MAP })).id;
});
afterAll(async () => {
  await server.close();
  await Promise.all([hostile.close(), honest.close()]);
});
beforeEach(() => {
  hostile.state.amr = ["mfa"];
});

const browser = () => createBrowser(server.app);
type Browser = ReturnType<typeof browser>;
const me = async (at: Browser | Caller) =>
  (await at.query<{ tenant: { id: string }; role: string; tenants: { id: string }[] } | null>("auth.me"))
    .data;

const sessionsIn = async (tenantId: string, email: string) =>
  (
    await server.sql`select 1 from sessions s join users u on u.id = s.user_id
      where s.tenant_id = ${tenantId} and u.email = ${email}`
  ).length;

/** What belongs to the other tenants: members, links and sessions. */
const others = async () =>
  JSON.stringify([
    await server.sql`select * from memberships where tenant_id <> ${ids.evil!} order by tenant_id, user_id`,
    await server.sql`select * from sign_in_identities where tenant_id <> ${ids.evil!} order by subject`,
    await server.sql`select token_hash, tenant_id from sessions where tenant_id <> ${ids.evil!} order by 1`,
    await server.sql`select id, email, name, password_hash from users where email like '%@bank.example.com' order by 1`,
  ]);

describe("a hostile tenant's provider", () => {
  it("that states another tenant's owner's address opens nothing", async () => {
    const before = await others();
    for (const email of ["owner@bank.example.com", "OWNER@Bank.Example.com", "owner@good.example.com"]) {
      hostile.as(`as-${email}`, { email, ...TRICKS });
      const ours = browser();
      expect(await ours.signIn("owner@evil.example.com"), email).toBe("/sign-in?sso=other-domain");
      expect(await me(ours)).toBeNull();
    }
    expect(await others()).toBe(before);
    expect(await auditOf(server, ids.bank!, "sso.link")).toEqual([]);
  });

  it("is asked for no address of another tenant's domain", async () => {
    const begun = await browser().mutate<{ url: string }>("singleSignOn.begin", {
      email: "owner@good.example.com",
    });
    expect(begun.data.url.startsWith(honest.issuer)).toBe(true);
    expect((await browser().mutate("singleSignOn.begin", { email: "owner@bank.example.com" })).status).toBe(
      412,
    );
  });

  it("gives no code that another tenant's visit takes", async () => {
    hostile.as("thief", { email: "owner@good.example.com", ...TRICKS });
    const ours = browser();
    const begun = await ours.mutate<{ url: string }>("singleSignOn.begin", {
      email: "owner@good.example.com",
    });
    // The visit was begun at the honest provider; the hostile one answers it with its own code.
    const asked = new URL(begun.data.url);
    const answer = await ours.visit(`${hostile.issuer}/auth${asked.search}`);
    expect(await ours.comeBack(answer)).toBe("/sign-in?sso=not-verified");
    expect(await me(ours)).toBeNull();
  });

  it("with the same subject as another tenant's person is another person", async () => {
    honest.as("shared-subject", { email: "shared@good.example.com", ...TRICKS });
    expect(await browser().signIn("shared@good.example.com")).toBe("/");
    hostile.as("shared-subject", { email: "shared@good.example.com", ...TRICKS });
    expect(await browser().signIn("owner@evil.example.com")).toBe("/sign-in?sso=other-domain");
  });

  it("with another tenant's issuer finds nobody who is linked there", async () => {
    const evil = await server.signIn("owner@evil.example.com");
    const settings = (await evil.query<{ connection: Record<string, unknown> }>("identityProvider.get")).data;
    const { hasSecret: _, mode: _mode, trial: _trial, updatedAt: _at, ...rest } = settings.connection;
    const clientSecret = "a client secret that only this test knows";
    await evil.mutate("identityProvider.configure", { ...rest, issuer: honest.issuer, clientSecret });
    honest.as("shared-subject");
    expect(await browser().signIn("owner@evil.example.com")).toBe("/sign-in?sso=other-domain");
    await evil.mutate("identityProvider.configure", { ...rest, issuer: hostile.issuer, clientSecret });
  });
});

/** The hostile tenant has really verified the domain of people who are members of the bank. */
describe("an account that is a member elsewhere, at a domain that the tenant verified", () => {
  beforeAll(async () => {
    await verify(server, ids.evil!, "bank.example.com");
  });

  it("is linked after its password alone, and never by the provider", async () => {
    const before = await others();
    hostile.as("victim", { email: "owner@bank.example.com", name: "Not the owner", ...TRICKS });
    const ours = browser();
    expect(await ours.signIn("owner@bank.example.com")).toBe("/sign-in");
    expect(await me(ours)).toBeNull();
    expect((await ours.query("singleSignOn.pendingLink")).data).toEqual({
      email: "owner@bank.example.com",
      organisation: "evil",
      next: "/",
    });
    const wrong = await ours.mutate("singleSignOn.proveLink", { password: "correct horse battery stapler" });
    expect(wrong).toMatchObject({ status: 400, message: "The password is wrong." });
    expect(await me(ours)).toBeNull();
    expect(await others()).toBe(before);
    expect(await auditOf(server, ids.bank!, "auth.sign-in-failed")).toHaveLength(1);
    expect(
      await server.sql`select 1 from memberships m join users u on u.id = m.user_id
      where m.tenant_id = ${ids.evil!} and u.email = 'owner@bank.example.com'`,
    ).toHaveLength(0);
  });

  it("is throttled in its password like any sign-in", async () => {
    hostile.as("guesser", { email: "admin@bank.example.com", ...TRICKS });
    const ours = browser();
    await ours.signIn("owner@bank.example.com");
    const answers: number[] = [];
    for (let guess = 0; guess < 7; guess += 1)
      answers.push(
        (await ours.mutate("singleSignOn.proveLink", { password: `guess number ${guess}` })).status,
      );
    expect(answers.slice(0, 5)).toEqual([400, 400, 400, 400, 400]);
    expect(answers.at(-1)).toBe(429);
    await server.sql`delete from sign_in_throttle`;
  });

  it("opens the one tenant, and nothing of the account elsewhere", async () => {
    const home = await server.signIn("operator@bank.example.com");
    hostile.as("operator", { email: "operator@bank.example.com", ...TRICKS });
    const ours = browser();
    await ours.signIn("operator@bank.example.com");
    const linked = await ours.mutate("singleSignOn.proveLink", { password: PASSWORD });
    expect(linked.message).toBeUndefined();
    expect(await me(ours)).toMatchObject({ tenant: { id: ids.evil! }, role: "owner" });
    expect((await me(ours))!.tenants.map(({ id }) => id)).toEqual([ids.evil]);
    // From now on the hostile provider can begin this session whenever it likes.
    const again = browser();
    expect(await again.signIn("operator@bank.example.com")).toBe("/");
    expect(await me(again)).toMatchObject({ tenant: { id: ids.evil! } });

    const refusals = [
      await again.mutate("auth.switchTenant", { tenantId: ids.bank }),
      await again.mutate("auth.changePassword", { current: PASSWORD, next: "another good long password" }),
      await again.mutate("secondFactor.startTotp"),
      await again.mutate("secondFactor.startPasskey"),
      await again.mutate("secondFactor.removeTotp"),
      await again.mutate("secondFactor.renewRecoveryCodes"),
    ];
    expect(refusals.map(({ status }) => status)).toEqual(refusals.map(() => 403));
    expect(refusals[0]!.message).toMatch(/opened this organisation alone/);
    expect(refusals[2]!.message).toMatch(/also opens other organisations/);

    const listed = (await again.query<{ current: boolean }[]>("auth.sessions")).data;
    expect(listed).toHaveLength(2);
    const theirs = await home.query<{ id: string; current: boolean }[]>("auth.sessions");
    expect(theirs.data).toHaveLength(3);
    const current = theirs.data.find((session) => session.current)!;
    expect((await again.mutate("auth.endSession", { id: current.id })).status).toBe(404);
    const known = await server.sql`select 1 from known_browsers`;
    await again.mutate("auth.signOutEverywhere");
    expect(await sessionsIn(ids.evil!, "operator@bank.example.com")).toBe(0);
    expect(await me(home)).toMatchObject({ tenant: { id: ids.bank! } });
    expect(await server.sql`select 1 from known_browsers`).toHaveLength(known.length);
  });

  it("loses none of its sessions elsewhere to those that the provider begins", async () => {
    const home = await server.signIn("operator@bank.example.com");
    await server.sql`insert into sessions (token_hash, user_id, tenant_id, expires_at, last_seen_at, signed_in_by)
      select sha256(n::text::bytea), id, ${ids.evil!}, now() + interval '1 hour', now() + interval '1 minute', 'sso'
      from users, generate_series(1, 60) n where email = 'operator@bank.example.com'`;
    hostile.as("operator");
    expect(await browser().signIn("operator@bank.example.com")).toBe("/");
    expect(await sessionsIn(ids.evil!, "operator@bank.example.com")).toBe(50);
    expect(await me(home)).toMatchObject({ tenant: { id: ids.bank! } });
  });

  it("needs its own second factor to be linked, whatever the provider states", async () => {
    const home = await server.signIn("viewer@bank.example.com");
    const { secret } = await setUpTotp(home);
    hostile.as("viewer", { email: "viewer@bank.example.com", ...TRICKS });
    const ours = browser();
    await ours.signIn("viewer@bank.example.com");
    const step = await ours.mutate("singleSignOn.proveLink", { password: PASSWORD });
    expect(step.data).toMatchObject({ pending: { totp: true } });
    expect(await me(ours)).toBeNull();
    expect(await server.sql`select 1 from sign_in_identities where subject = 'viewer'`).toHaveLength(0);
    expect((await ours.mutate("auth.giveSecondFactor", { kind: "totp", code: "000000" })).status).toBe(400);
    expect(await server.sql`select 1 from sign_in_identities where subject = 'viewer'`).toHaveLength(0);
    const given = await ours.mutate("auth.giveSecondFactor", { kind: "totp", code: codeOf(secret) });
    expect(given.message).toBeUndefined();
    expect(await me(ours)).toMatchObject({ tenant: { id: ids.evil! } });
    expect((await ours.mutate("secondFactor.removeTotp")).status).toBe(403);
    // The provider states no second factor now, so ours is asked; its guesses lock nobody out at home.
    hostile.state.amr = undefined;
    const guesser = browser();
    for (let visit = 0; visit < 2; visit += 1) {
      expect(await guesser.signIn("viewer@bank.example.com")).toBe("/sign-in");
      for (let guess = 0; guess < 4; guess += 1)
        await guesser.mutate("auth.giveSecondFactor", { kind: "totp", code: "000000" });
    }
    expect((await guesser.mutate("auth.giveSecondFactor", { kind: "totp", code: "000000" })).status).toBe(
      429,
    );
    const password = browser();
    await password.mutate("auth.signIn", { email: "viewer@bank.example.com", password: PASSWORD });
    const right = await password.mutate("auth.giveSecondFactor", { kind: "totp", code: codeOf(secret, 1) });
    expect(right.message).toBeUndefined();
    expect(await me(password)).toMatchObject({ tenant: { id: ids.bank! } });
  });

  it("is not taken either if it is a member of both", async () => {
    await server.sql`insert into users (email, name, password_hash)
      select 'both@bank.example.com', 'Both', password_hash from users where email = 'owner@bank.example.com'`;
    await server.sql`insert into memberships (tenant_id, user_id, role)
      select tenant, id, 'viewer' from users, unnest(${[ids.bank!, ids.evil!]}::uuid[]) tenant
      where email = 'both@bank.example.com'`;
    hostile.as("both", { email: "both@bank.example.com", ...TRICKS });
    const ours = browser();
    expect(await ours.signIn("both@bank.example.com")).toBe("/sign-in");
    expect(await me(ours)).toBeNull();
    expect(await server.sql`select 1 from sign_in_identities where subject = 'both'`).toHaveLength(0);
    // Nothing changed before the password was proven, not even the role here.
    const roles = await server.sql`select role from memberships m join users u on u.id = m.user_id
      where u.email = 'both@bank.example.com'`;
    expect(roles.map(({ role }) => role)).toEqual(["viewer", "viewer"]);
  });

  it("of nobody's tenant is not taken either", async () => {
    await server.sql`insert into users (email, name, password_hash)
      select 'lone@bank.example.com', 'Lone', password_hash from users where email = 'owner@bank.example.com'`;
    hostile.as("lone", { email: "lone@bank.example.com", ...TRICKS });
    const ours = browser();
    expect(await ours.signIn("lone@bank.example.com")).toBe("/sign-in");
    expect(await me(ours)).toBeNull();
  });

  it("can be dropped, and ends with a change of the password", async () => {
    hostile.as("lone");
    const ours = browser();
    await ours.signIn("lone@bank.example.com");
    await ours.mutate("singleSignOn.dropLink");
    expect((await ours.query("singleSignOn.pendingLink")).data).toBeNull();
    expect((await ours.mutate("singleSignOn.proveLink", { password: PASSWORD })).status).toBe(412);
  });
});

describe("two tenants with providers of their own", () => {
  it("each sign their own people in, at the same time, into their own tenant", async () => {
    honest.as("hana", { email: "hana@good.example.com", ...TRICKS });
    hostile.as("ed", { email: "ed@evil.example.com", ...TRICKS });
    const [hana, ed] = [browser(), browser()];
    const led = await Promise.all([hana.signIn("hana@good.example.com"), ed.signIn("ed@evil.example.com")]);
    expect(led).toEqual(["/", "/"]);
    expect(await me(hana)).toMatchObject({ tenant: { id: ids.good! } });
    expect(await me(ed)).toMatchObject({ tenant: { id: ids.evil! } });
    const links =
      await server.sql`select issuer from sign_in_identities where subject in ('hana', 'ed') order by subject`;
    expect(links.map(({ issuer }) => issuer)).toEqual([hostile.issuer, honest.issuer]);
  });

  it("end their own sessions alone when one turns single sign-on off", async () => {
    honest.as("hana");
    const hana = browser();
    await hana.signIn("hana@good.example.com");
    await setMode(await server.signIn("owner@evil.example.com"), "off");
    expect(await me(hana)).not.toBeNull();
    const left = await server.sql`select tenant_id from sessions where signed_in_by = 'sso' group by 1`;
    expect(left.map((row) => row.tenant_id)).toEqual([ids.good]);
    await setMode(await server.signIn("owner@evil.example.com"), "offered");
  });
});
