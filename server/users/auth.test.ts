import { sweepSignIns } from "@smscrm/db/users/sign-in-throttle";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTenant, PASSWORD, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "admin", "operator", "viewer"]);
});
afterAll(() => server.close());

const signIn = (email: string, password: string) =>
  server.caller().mutate("auth.signIn", { email, password });
const forgetThrottle = () => server.sql`delete from sign_in_throttle`;

describe("signing in", () => {
  it("begins a session in a cookie that scripts and other sites do not get", async () => {
    const response = await server.app.request("/trpc/auth.signIn", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: " Owner@ACME.example.com ", password: PASSWORD }),
    });
    expect(response.status).toBe(200);
    const [cookie, browser] = response.headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Host-session_id=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure$/,
    );
    expect(browser).toMatch(
      /^__Host-known_browser_[0-9a-f]{12}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=31536000; Secure$/,
    );
  });

  it("keeps the token nowhere: only its SHA-256", async () => {
    const { cookie } = await server.signIn("owner@acme.example.com");
    const token = cookie.split("=")[1]!;
    const rows = await server.sql`select token_hash from sessions`;
    expect(rows.some((row) => Buffer.from(row.token_hash).includes(token))).toBe(false);
    expect(server.logged.join()).not.toContain(token);
  });

  it("answers an unknown address and a wrong password with the same words", async () => {
    const wrong = await signIn("owner@acme.example.com", "not the password");
    const unknown = await signIn("nobody@acme.example.com", "not the password");
    expect(wrong).toEqual(unknown);
    expect(wrong).toMatchObject({ status: 401, message: "E-mail address or password is wrong." });
    await forgetThrottle();
  });

  it("locks an account after five failures, says for how long, and for its right password too", async () => {
    for (let attempt = 0; attempt < 5; attempt++) await signIn("viewer@acme.example.com", "guess");
    const locked = await signIn("viewer@acme.example.com", PASSWORD);
    expect(locked).toMatchObject({ status: 429, code: "TOO_MANY_REQUESTS" });
    expect(locked.message).toMatch(/^Too many attempts\. Try again in \d+ seconds?\.$/);
    const other = await signIn("operator@acme.example.com", PASSWORD);
    expect(other.status).toBe(200);
    await forgetThrottle();
  });

  it("locks for longer with each failure after that", async () => {
    const email = "viewer@acme.example.com";
    const seconds: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) await signIn(email, "guess");
    for (let round = 0; round < 3; round++) {
      await signIn(email, "guess");
      const [row] = await server.sql<{ seconds: number }[]>`
        select extract(epoch from locked_until - clock_timestamp())::float8 as seconds from sign_in_throttle
        where locked_until is not null`;
      seconds.push(row!.seconds);
      await server.sql`update sign_in_throttle set locked_until = clock_timestamp() - interval '1 second' where locked_until is not null`;
    }
    expect(seconds[1]! / seconds[0]!).toBeCloseTo(2, 0);
    expect(seconds[2]! / seconds[1]!).toBeCloseTo(2, 0);
    await forgetThrottle();
  });

  it("lets no flood of attempts at once past the limit", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => signIn("admin@acme.example.com", "guess")),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(15);
    await forgetThrottle();
  });

  it("throttles an address that tries many accounts", async () => {
    const answers = [];
    for (let index = 0; index < 31; index++) answers.push(await signIn(`u${index}@example.com`, "guess"));
    expect(answers.at(0)?.status).toBe(401);
    expect(answers.at(-1)?.status).toBe(429);
    await forgetThrottle();
  });

  it("lets a locked address neither lock an account nor fill the table, and forgets what is over", async () => {
    for (let index = 0; index < 30; index++) await signIn(`u${index}@example.com`, "guess");
    const rows = async () => Number((await server.sql`select count(*) from sign_in_throttle`)[0]!.count);
    const before = await rows();
    for (let index = 0; index < 6; index++) await signIn("operator@acme.example.com", "guess");
    expect(await rows()).toBe(before);
    await sweepSignIns(server.sql);
    expect(await rows()).toBe(before);
    await server.sql`update sign_in_throttle set first_failure_at = now() - interval '16 minutes',
      locked_until = locked_until - interval '1 hour'`;
    await sweepSignIns(server.sql);
    expect(await rows()).toBe(0);
    expect((await signIn("operator@acme.example.com", PASSWORD)).status).toBe(200);
  });

  it("writes sign-ins and failed ones of known people into the audit log", async () => {
    await signIn("operator@acme.example.com", "guess");
    await server.signIn("operator@acme.example.com");
    const rows = await server.sql`
      select a.action from audit_log a join users u on u.id = a.actor_id
      where u.email = 'operator@acme.example.com' order by a.id desc limit 2`;
    expect(rows.map((row) => row.action)).toEqual(["auth.sign-in", "auth.sign-in-failed"]);
  });
});

describe("a session", () => {
  it("ends when it has not been used for twelve hours, and after thirty days in any case", async () => {
    const me = await server.signIn("owner@acme.example.com");
    await server.sql`update sessions set last_seen_at = clock_timestamp() - interval '12 hours 1 second'`;
    expect((await me.query("auth.me")).data).toBeNull();
    const again = await server.signIn("owner@acme.example.com");
    await server.sql`update sessions set expires_at = clock_timestamp() - interval '1 second'`;
    expect((await again.query("auth.me")).data).toBeNull();
    expect(await again.query("contacts.list", {})).toMatchObject({ status: 401, code: "UNAUTHORIZED" });
  });

  it("takes a changed role at its next request, and is over when the person is removed", async () => {
    const owner = await server.signIn("owner@acme.example.com");
    const operator = await server.signIn("operator@acme.example.com");
    const people = await owner.query<{ userId: string; role: string }[]>("people.list");
    const { userId } = people.data.find(({ role }) => role === "operator")!;
    expect((await operator.mutate("campaigns.create", undefined)).code).toBe("BAD_REQUEST");
    await owner.mutate("people.setRole", { userId, role: "viewer" });
    expect((await operator.mutate("campaigns.create", undefined)).code).toBe("FORBIDDEN");
    await owner.mutate("people.remove", { userId });
    expect((await operator.query("auth.me")).data).toBeNull();
  });

  it("ends everywhere at once, and is told apart in the list", async () => {
    const here = await server.signIn("admin@acme.example.com");
    const there = await server.signIn("admin@acme.example.com");
    const listed = await here.query<{ id: string; current: boolean }[]>("auth.sessions");
    expect(listed.data.filter(({ current }) => current)).toHaveLength(1);
    const other = listed.data.find(({ current }) => !current)!;
    expect((await here.mutate("auth.endSession", { id: other.id })).status).toBe(200);
    expect((await there.query("auth.me")).data).toBeNull();
    const third = await server.signIn("admin@acme.example.com");
    expect((await here.mutate<{ ended: number }>("auth.signOutEverywhere")).data.ended).toBe(2);
    expect((await third.query("auth.me")).data).toBeNull();
    expect((await here.query("auth.me")).data).toBeNull();
  });

  it("outlives a change of password here and nowhere else", async () => {
    const here = await server.signIn("viewer@acme.example.com");
    const there = await server.signIn("viewer@acme.example.com");
    const next = "another good password";
    expect(await here.mutate("auth.changePassword", { current: "wrong", next })).toMatchObject({
      status: 400,
    });
    expect((await here.mutate("auth.changePassword", { current: PASSWORD, next })).status).toBe(200);
    expect((await here.query("auth.me")).data).not.toBeNull();
    expect((await there.query("auth.me")).data).toBeNull();
    expect((await signIn("viewer@acme.example.com", next)).status).toBe(200);
  });

  it("does nothing for another site's page", async () => {
    const owner = await server.signIn("owner@acme.example.com");
    const forged: Record<string, string>[] = [
      { origin: "https://evil.example.com" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "null" },
    ];
    for (const headers of forged) {
      expect(await owner.mutate("killSwitch.pause", undefined, headers)).toMatchObject({ status: 403 });
    }
    const [tenant] = await server.sql`select sending_paused_at from tenants where id = ${tenantId}`;
    expect(tenant!.sending_paused_at).toBeNull();
  });
});

describe("one person in two tenants", () => {
  it("switches with a new token, and only to where they belong", async () => {
    const second = await createTenant(server.sql, "second", []);
    const foreign = await createTenant(server.sql, "foreign", []);
    await server.sql`
      insert into memberships (tenant_id, user_id, role)
      select ${second}, id, 'viewer' from users where email = 'owner@acme.example.com'`;
    const owner = await server.signIn("owner@acme.example.com");
    expect((await owner.mutate("auth.switchTenant", { tenantId: foreign })).code).toBe("NOT_FOUND");
    const response = await server.app.request("/trpc/auth.switchTenant", {
      method: "POST",
      headers: { cookie: owner.cookie, "content-type": "application/json" },
      body: JSON.stringify({ tenantId: second }),
    });
    const there = server.caller(response.headers.get("set-cookie")!.split(";")[0]);
    expect((await there.query("auth.me")).data).toMatchObject({ tenant: { id: second }, role: "viewer" });
    expect((await owner.query("auth.me")).data).toBeNull();
  });
});

describe("people", () => {
  it("never lose their last owner, and nobody gives more than they have", async () => {
    const owner = await server.signIn("owner@acme.example.com");
    const me = await owner.query<{ user: { id: string } }>("auth.me");
    const userId = me.data.user.id;
    expect(await owner.mutate("people.setRole", { userId, role: "admin" })).toMatchObject({
      code: "PRECONDITION_FAILED",
    });
    expect(await owner.mutate("people.remove", { userId })).toMatchObject({ code: "PRECONDITION_FAILED" });
    const admin = await server.signIn("admin@acme.example.com");
    expect(await admin.mutate("people.remove", { userId })).toMatchObject({ code: "FORBIDDEN" });
    const email = "new@acme.example.com";
    expect(await admin.mutate("people.invite", { email, role: "owner" })).toMatchObject({
      code: "FORBIDDEN",
    });
    const invited = await admin.mutate<{ url: string }>("people.invite", { email, role: "operator" });
    const token = invited.data.url.split("#")[1];
    const joined = await server
      .caller()
      .mutate("join.asNewPerson", { token, name: "New", password: PASSWORD });
    expect(joined.status).toBe(200);
    expect((await signIn(email, PASSWORD)).status).toBe(200);
    expect(await admin.mutate("people.invite", { email, role: "operator" })).toMatchObject({
      code: "CONFLICT",
    });
  });
});
