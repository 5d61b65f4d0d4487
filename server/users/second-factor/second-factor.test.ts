import { turnOffSecondFactors } from "@smscrm/db/users/invitations";
import { insertPasswordReset } from "@smscrm/db/users/password-resets";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { sweepSignIns } from "@smscrm/db/users/sign-in-throttle";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, setUpTotp, step } from "../../testing/second-factor.ts";
import {
  type Caller,
  createTenant,
  PASSWORD,
  startTestServer,
  type TestServer,
} from "../../testing/test-api.ts";

const EMAIL = "owner@acme.example.com";
const PENDING = "__Host-pending_sign_in";
const SESSION = "__Host-session_id";

let server: TestServer;
let acme: string;
let other: string;
let owner: Caller;
let secret: string;
let recoveryCodes: string[];

beforeEach(async () => {
  server = await startTestServer();
  acme = await createTenant(server.sql, "acme", ["owner", "admin"]);
  other = await createTenant(server.sql, "rival", ["owner"]);
  await server.sql`
    insert into memberships (tenant_id, user_id, role, created_at)
    select ${other}, id, 'viewer', now() + interval '1 minute' from users where email = ${EMAIL}`;
  owner = await server.signIn(EMAIL);
  ({ secret, recoveryCodes } = await setUpTotp(owner));
});
afterEach(() => server.close());

const passwordStep = (cookie = "", address?: string) =>
  step(server, "auth.signIn", { email: EMAIL, password: PASSWORD }, cookie, address);
/** The cookie of a sign-in that waits for its second factor. */
const pending = async () => `${PENDING}=${(await passwordStep()).cookies[PENDING]}`;
const give = (cookie: string, input: Record<string, unknown>, address?: string) =>
  step(server, "auth.giveSecondFactor", input, cookie, address);
const totp = (code: string) => ({ kind: "totp", code });
const actions = async (tenantId: string, prefix: string) =>
  (
    await server.sql`select action from audit_log where tenant_id = ${tenantId} and action like ${`${prefix}%`} order by id`
  ).map(({ action }) => action as string);
const forgetThrottle = () => server.sql`delete from sign_in_throttle`;
const forgetSteps = () => server.sql`update totp_factors set last_step = null`;

describe("signing in with a second factor", () => {
  it("takes two steps: the password alone opens nothing, whatever is asked with what it gave", async () => {
    const first = await passwordStep();
    expect(first.data).toEqual({ pending: { totp: true, passkey: false, recoveryCodes: true } });
    expect(first.cookies[SESSION]).toBeUndefined();
    const token = first.cookies[PENDING]!;
    for (const name of [PENDING, SESSION, "session_id"]) {
      const caller = server.caller(`${name}=${token}`);
      expect((await caller.query("auth.me")).data).toBeNull();
      expect((await caller.query("contacts.list", {})).status).toBe(401);
      expect((await caller.mutate("killSwitch.pause")).status).toBe(401);
      for (const path of [`/tenants/${acme}/pause`, `/uploads/imports?fileName=a.csv`]) {
        const answer = await server.app.request(path, { method: "POST", headers: { cookie: caller.cookie } });
        expect(answer.status).toBe(401);
      }
    }
    const second = await give(`${PENDING}=${token}`, totp(codeOf(secret)));
    expect(second).toMatchObject({ status: 200, data: { user: { email: EMAIL }, tenant: { id: acme } } });
    expect(second.cookies[PENDING]).toBe("");
    const inside = server.caller(`${SESSION}=${second.cookies[SESSION]}`);
    expect((await inside.query("contacts.list", {})).status).toBe(200);
  });

  it("keeps the pending cookie from scripts and other sites, and only for ten minutes", async () => {
    const response = await server.app.request("/trpc/auth.signIn", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
    });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-pending_sign_in=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=600; Secure$/,
      ),
    ]);
    const cookie = response.headers.getSetCookie()[0]!.split(";")[0]!;
    await server.sql`update pending_sign_ins set expires_at = clock_timestamp()`;
    expect(await give(cookie, totp(codeOf(secret)))).toMatchObject({ status: 412 });
    await sweepSignIns(server.dependencies.pipeline);
    expect(await server.sql`select 1 from pending_sign_ins`).toHaveLength(0);
  });

  it("takes a code once: also when it comes twice at once, and in two sign-ins", async () => {
    const cookies = [await pending(), await pending(), await pending(), await pending()];
    const code = codeOf(secret);
    const answers = await Promise.all(cookies.map((cookie) => give(cookie, totp(code))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    expect(await give(await pending(), totp(code))).toMatchObject({
      status: 400,
      message: expect.stringContaining("used already"),
    });
    // Nor does one from before count any more.
    expect(await give(await pending(), totp(codeOf(secret, -1)))).toMatchObject({ status: 400 });
  });

  it("begins one session for one pending sign-in, even with two good codes at once", async () => {
    const cookie = await pending();
    const answers = await Promise.all([
      give(cookie, { kind: "recovery-code", code: recoveryCodes[0] }),
      give(cookie, { kind: "recovery-code", code: recoveryCodes[1] }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it("accepts the step before and after, for clocks that are not exact, and no other", async () => {
    for (const [steps, status] of [
      [-2, 400],
      [2, 400],
      [1, 200],
    ] as const) {
      expect((await give(await pending(), totp(codeOf(secret, steps)))).status).toBe(status);
    }
    await forgetSteps();
    expect((await give(await pending(), totp(codeOf(secret, -1)))).status).toBe(200);
  });

  it("takes each recovery code once, however it is typed, also twice at once, and counts down", async () => {
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first] = recoveryCodes as [string];
    const typed = { kind: "recovery-code", code: first.toLowerCase().replaceAll("-", " ") };
    const cookies = [await pending(), await pending(), await pending()];
    const answers = await Promise.all(cookies.map((cookie) => give(cookie, typed)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    const caller = server.caller(
      `${SESSION}=${answers.find(({ status }) => status === 200)!.cookies[SESSION]}`,
    );
    expect((await caller.query("secondFactor.status")).data).toMatchObject({ recoveryCodesLeft: 9 });
    const kept = await server.sql`select code_hash from recovery_codes`;
    expect(kept.some((row) => Buffer.from(row.code_hash).includes(recoveryCodes[1]!))).toBe(false);
  });

  it("locks the account after five wrong codes, says so in the tenants' logs, and a new password step is no way round", async () => {
    for (let nth = 0; nth < 5; nth++) await give(await pending(), totp("000000"));
    const locked = await give(await pending(), totp(codeOf(secret)));
    expect(locked).toMatchObject({ status: 429, message: expect.stringContaining("Too many attempts") });
    expect(await give(await pending(), totp(codeOf(secret)), "203.0.113.9")).toMatchObject({ status: 429 });
    expect((await actions(acme, "auth.second-factor-failed")).length).toBe(5);
    await expect.poll(() => actions(acme, "auth.second-factor-throttled")).toHaveLength(1);
    expect(await actions(other, "auth.second-factor-")).toEqual([]);
  });

  it("lets no flood of codes at once past the limit", async () => {
    const cookie = await pending();
    const answers = await Promise.all(Array.from({ length: 20 }, () => give(cookie, totp("000000"))));
    expect(answers.filter(({ status }) => status === 400).length).toBeLessThanOrEqual(5);
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(15);
  });

  it("is throttled by network too, and spares a browser that the account knows", async () => {
    const known = await give(await pending(), totp(codeOf(secret)));
    const browser = Object.entries(known.cookies)
      .find(([name]) => name.includes("known_browser"))!
      .join("=");
    const cookie = await pending();
    for (let nth = 0; nth < 31; nth++) {
      await step(server, "auth.signIn", { email: `u${nth}@example.com`, password: "guess" });
    }
    expect((await give(cookie, totp(codeOf(secret, 1)))).status).toBe(429);
    expect((await give(`${browser}; ${cookie}`, totp(codeOf(secret, 1)))).status).toBe(200);
  });

  it("ends what waits when the password is reset, and a reset removes no factor", async () => {
    const cookie = await pending();
    const token = newToken();
    await insertPasswordReset(server.sql, { email: EMAIL, tokenHash: hashToken(token), by: "op@host" });
    const next = "another good password";
    expect((await step(server, "auth.resetPassword", { token, password: next })).status).toBe(200);
    expect((await give(cookie, totp(codeOf(secret)))).status).toBe(412);
    const again = await step(server, "auth.signIn", { email: EMAIL, password: next });
    expect(again.data).toMatchObject({ pending: { totp: true } });
    expect(again.cookies[SESSION]).toBeUndefined();
  });

  it("ends what waits when the password is changed", async () => {
    const cookie = await pending();
    const changed = await owner.mutate("auth.changePassword", {
      current: PASSWORD,
      next: "another good password",
    });
    expect(changed.status).toBe(200);
    expect((await give(cookie, totp(codeOf(secret)))).status).toBe(412);
  });

  it("asks for it too when an invitation is accepted with the account", async () => {
    const third = await createTenant(server.sql, "third", ["owner"]);
    const inviter = await server.signIn("owner@third.example.com");
    const made = await inviter.mutate<{ url: string }>("people.invite", { email: EMAIL, role: "operator" });
    const token = made.data.url.split("#")[1];
    const input = { token, name: "Olive", currentPassword: PASSWORD, password: "another good password" };
    const joined = await step(server, "join.asExistingPerson", input);
    expect(joined.data).toMatchObject({ pending: { totp: true } });
    expect(joined.cookies[SESSION]).toBeUndefined();
    const inside = await give(`${PENDING}=${joined.cookies[PENDING]}`, totp(codeOf(secret)));
    expect(inside.data).toMatchObject({ tenant: { id: third } });
  });

  it("can be dropped, and is not another account's to finish", async () => {
    const admin = await server.signIn("admin@acme.example.com");
    const theirs = await setUpTotp(admin);
    expect((await give(await pending(), totp(codeOf(theirs.secret)))).status).toBe(400);
    const theirCode = { kind: "recovery-code", code: theirs.recoveryCodes[0] };
    expect((await give(await pending(), theirCode)).status).toBe(400);
    const cookie = await pending();
    expect((await server.caller(cookie).query("auth.pendingSignIn")).data).not.toBeNull();
    expect((await step(server, "auth.dropPendingSignIn", undefined, cookie)).cookies[PENDING]).toBe("");
    expect((await server.caller(cookie).query("auth.pendingSignIn")).data).toBeNull();
    expect((await give(cookie, totp(codeOf(secret)))).status).toBe(412);
  });

  it("writes how somebody came in, and that a right password waits, to the audit log", async () => {
    await give(await pending(), totp(codeOf(secret)));
    const [last] = await server.sql`
      select detail from audit_log where tenant_id = ${acme} and action = 'auth.sign-in' order by id desc limit 1`;
    expect(last!.detail).toMatchObject({ factor: "totp" });
    await expect.poll(() => actions(acme, "auth.second-factor-asked")).toHaveLength(1);
  });
});

describe("setting a second factor up", () => {
  it("ends the person's other sessions and is written in each of their tenants", async () => {
    const admin = await server.signIn("admin@acme.example.com");
    const elsewhere = await server.signIn("admin@acme.example.com");
    await setUpTotp(admin);
    expect((await admin.query("auth.me")).data).not.toBeNull();
    expect((await elsewhere.query("auth.me")).data).toBeNull();
    expect(await actions(acme, "auth.totp-on")).toHaveLength(2);
    expect(await actions(other, "auth.totp-on")).toHaveLength(1);
  });

  it("counts for nothing before a code of it was given, and a wrong one does not turn it on", async () => {
    const admin = await server.signIn("admin@acme.example.com");
    const started = await admin.mutate<{ secret: string; uri: string }>("secondFactor.startTotp");
    expect(started.data.uri).toContain(`secret=${started.data.secret}`);
    expect(started.data.uri).toContain("admin%40acme.example.com");
    expect((await admin.mutate("secondFactor.confirmTotp", { code: "000000" })).status).toBe(400);
    const in_ = await step(server, "auth.signIn", { email: "admin@acme.example.com", password: PASSWORD });
    expect(in_.data).toMatchObject({ user: { email: "admin@acme.example.com" } });
    expect((await admin.query("secondFactor.status")).data).toMatchObject({ totpSince: null });
  });

  it("cannot replace an app that is set up", async () => {
    expect(await owner.mutate("secondFactor.startTotp")).toMatchObject({ code: "CONFLICT" });
    expect(await owner.mutate("secondFactor.confirmTotp", { code: codeOf(secret) })).toMatchObject({
      code: "CONFLICT",
    });
  });

  it("shows no secret again, writes none to the log, and keeps it from the tenants' role", async () => {
    const status = await owner.query("secondFactor.status");
    expect(JSON.stringify(status.data)).not.toContain(secret);
    expect(server.logged.join()).not.toContain(secret);
    const entries = JSON.stringify(await server.sql`select detail from audit_log`);
    for (const value of [secret, ...recoveryCodes]) expect(entries).not.toContain(value);
    const readAs = (role: string) =>
      server.sql.begin(async (tx) => {
        await tx`select set_config('role', ${role}, true)`;
        return tx`select secret from totp_factors`;
      });
    for (const role of ["smscrm_app", "smscrm_pipeline"]) {
      await expect(readAs(role)).rejects.toThrow(/permission denied/);
    }
    expect(await readAs("smscrm_auth")).toHaveLength(1);
  });

  it("gives new recovery codes, and the old ones open nothing any more", async () => {
    const renewed = await owner.mutate<{ recoveryCodes: string[] }>("secondFactor.renewRecoveryCodes");
    expect(renewed.data.recoveryCodes).toHaveLength(10);
    const old = { kind: "recovery-code", code: recoveryCodes[0] };
    expect((await give(await pending(), old)).status).toBe(400);
    const fresh = { kind: "recovery-code", code: renewed.data.recoveryCodes[0] };
    expect((await give(await pending(), fresh)).status).toBe(200);
    const admin = await server.signIn("admin@acme.example.com");
    expect((await admin.mutate("secondFactor.renewRecoveryCodes")).status).toBe(412);
  });

  it("is turned off by its person: recovery codes go with the last factor", async () => {
    expect((await owner.mutate("secondFactor.removeTotp")).status).toBe(200);
    expect(await server.sql`select 1 from recovery_codes`).toHaveLength(0);
    expect((await passwordStep()).cookies[SESSION]).toBeDefined();
    expect(await actions(other, "auth.totp-off")).toHaveLength(1);
    expect((await owner.mutate("secondFactor.removeTotp")).code).toBe("NOT_FOUND");
  });

  it("is turned off at the console: all sessions end, and each tenant's log has it", async () => {
    const cookie = await pending();
    expect(await turnOffSecondFactors(server.dependencies.pipeline, { email: EMAIL, by: "op@host" })).toEqual(
      { factors: 1 },
    );
    expect((await owner.query("auth.me")).data).toBeNull();
    expect((await give(cookie, totp(codeOf(secret)))).status).toBe(412);
    expect((await passwordStep()).cookies[SESSION]).toBeDefined();
    for (const tenantId of [acme, other]) {
      expect(await actions(tenantId, "auth.second-factor-off")).toEqual(["auth.second-factor-off"]);
    }
    expect(await turnOffSecondFactors(server.sql, { email: "no@one.example", by: "op@host" })).toBeNull();
    await forgetThrottle();
  });
});
