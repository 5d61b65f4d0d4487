import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Caller,
  createTenant,
  PASSWORD,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

const OWNER = "owner@acme.example.com";
const NEXT = "vivid lantern under quartz";

let server: TestServer;
let acme: string;
let other: string;

beforeEach(async () => {
  server = await startTestServer();
  acme = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  other = await createTenant(server.sql, "other", ["owner"]);
});
afterEach(() => server.close());

const auditOf = async (tenantId: string) =>
  (
    await server.sql<{ action: string }[]>`
      select action from audit_log where tenant_id = ${tenantId} order by id`
  ).map(({ action }) => action);
const isSignedIn = async (caller: Caller) => (await caller.query("auth.me")).data !== null;

/** Signs in like a browser that sends this cookie; returns a caller with the new session's cookie. */
async function signInAgain(cookie: string, email = OWNER, password = PASSWORD): Promise<Caller> {
  const response = await server.app.request("/trpc/auth.signIn", {
    method: "POST",
    headers: { "content-type": "application/json", cookie },
    body: JSON.stringify({ email, password }),
  });
  expect(response.status).toBe(200);
  return server.caller(response.headers.getSetCookie()[0]!.split(";")[0]);
}

/** Makes the owner of acme a member of the other organisation too, and signs in there. */
async function signedInElsewhere(): Promise<Caller> {
  await server.sql`insert into memberships (tenant_id, user_id, role)
    select ${other}, id, 'viewer' from users where email = ${OWNER}`;
  const there = await server.signIn(OWNER);
  const response = await server.app.request("/trpc/auth.switchTenant", {
    method: "POST",
    headers: { "content-type": "application/json", cookie: there.cookie },
    body: JSON.stringify({ tenantId: other }),
  });
  return server.caller(response.headers.getSetCookie()[0]!.split(";")[0]);
}

describe("signing in again in the same browser", () => {
  it("ends the session that the browser had, so that a copy of its cookie opens nothing", async () => {
    const before = await server.signIn(OWNER);
    const elsewhere = await server.signIn(OWNER);
    const after = await signInAgain(before.cookie);
    expect(await isSignedIn(before)).toBe(false);
    expect(await isSignedIn(after)).toBe(true);
    expect(await isSignedIn(elsewhere)).toBe(true);
    expect(await auditOf(acme)).toEqual([
      "auth.sign-in",
      "auth.sign-in",
      "auth.sign-in",
      "auth.session-replaced",
    ]);
  });

  it("also ends somebody else's session in that browser, and their organisation learns of it", async () => {
    const theirs = await server.signIn("owner@other.example.com");
    await signInAgain(theirs.cookie);
    expect(await isSignedIn(theirs)).toBe(false);
    expect(await auditOf(other)).toEqual(["auth.sign-in", "auth.session-replaced"]);
  });

  it("ends nothing where the password is wrong", async () => {
    const before = await server.signIn(OWNER);
    await server.caller(before.cookie).mutate("auth.signIn", { email: OWNER, password: "wrong" });
    expect(await isSignedIn(before)).toBe(true);
  });
});

describe("the session's cookie", () => {
  it("over https has the prefix, and the plain one, which another host can set, counts for nothing", async () => {
    const { cookie } = await server.signIn(OWNER);
    expect(cookie).toMatch(/^__Host-session_id=/);
    const attacker = await server.signIn("viewer@acme.example.com");
    const plain = attacker.cookie.replace("__Host-", "");
    expect(await isSignedIn(server.caller(plain))).toBe(false);
    const me = await server.caller(`${plain}; ${cookie}`).query<{ user: { email: string } }>("auth.me");
    expect(me.data.user.email).toBe(OWNER);
  });

  it("that comes twice is refused, whichever comes first", async () => {
    const { cookie } = await server.signIn(OWNER);
    const attacker = await server.signIn("viewer@acme.example.com");
    for (const both of [`${cookie}; ${attacker.cookie}`, `${attacker.cookie}; ${cookie}`])
      expect(await isSignedIn(server.caller(both))).toBe(false);
  });

  it("over http is the plain one, and twice is refused there, too", async () => {
    const local = await startTestServer({ publicUrl: "http://127.0.0.1:3000" });
    try {
      await createTenant(local.sql, "acme", ["owner", "viewer"]);
      const { cookie } = await local.signIn(OWNER);
      expect(cookie).toMatch(/^session_id=/);
      expect(await isSignedIn(local.caller(cookie))).toBe(true);
      const attacker = await local.signIn("viewer@acme.example.com");
      expect(await isSignedIn(local.caller(`${attacker.cookie}; ${cookie}`))).toBe(false);
    } finally {
      await local.close();
    }
  });

  it("may be called session_id by the runbook's curl, for stopping and starting alone", async () => {
    const { cookie } = await server.signIn(OWNER);
    const plain = cookie.replace("__Host-", "");
    const curl = (path: string, method: string, sent: string) =>
      server.app.request(path, { method, headers: { cookie: sent } });
    expect((await curl(`/tenants/${acme}/pause`, "POST", plain)).status).toBe(200);
    expect((await curl(`/tenants/${acme}/resume`, "POST", plain)).status).toBe(200);
    expect((await curl(`/tenants/${acme}/pause`, "POST", `${plain}; ${plain}`)).status).toBe(401);
    expect((await curl("/imports/x/rejections.csv", "GET", plain)).status).toBe(401);
  });
});

describe("a person's sessions", () => {
  it("are at most fifty: the one that was not used for longest ends", async () => {
    const first = await server.signIn(OWNER);
    await server.sql`insert into sessions (token_hash, user_id, tenant_id, expires_at)
      select sha256(n::text::bytea), user_id, tenant_id, expires_at from sessions, generate_series(1, 49) n`;
    const last = await server.signIn(OWNER);
    const [{ count }] = (await server.sql`select count(*)::int from sessions`) as unknown as [
      { count: number },
    ];
    expect(count).toBe(50);
    expect(await isSignedIn(first)).toBe(false);
    expect(await isSignedIn(last)).toBe(true);
  });

  it("end with a change of password, in every organisation, and each learns of it", async () => {
    const there = await signedInElsewhere();
    const here = await server.signIn(OWNER);
    expect((await here.mutate("auth.changePassword", { current: PASSWORD, next: NEXT })).data).toEqual({
      ended: 1,
    });
    expect(await isSignedIn(there)).toBe(false);
    expect(await isSignedIn(here)).toBe(true);
    expect((await auditOf(acme)).at(-1)).toBe("auth.change-password");
    expect((await auditOf(other)).at(-1)).toBe("auth.change-password");
  });

  it("leave a trace when they end: by signing out, from the list, and everywhere at once", async () => {
    const there = await signedInElsewhere();
    const here = await server.signIn(OWNER);
    const third = await server.signIn(OWNER);
    await third.mutate("auth.signOut");
    expect((await auditOf(acme)).at(-1)).toBe("auth.sign-out");
    const { data } = await here.query<{ id: string; current: boolean }[]>("auth.sessions");
    await here.mutate("auth.endSession", { id: data.find(({ current }) => !current)!.id });
    expect((await auditOf(other)).at(-1)).toBe("auth.end-session");
    expect(await isSignedIn(there)).toBe(false);
    const again = await signedInElsewhere2();
    await here.mutate("auth.signOutEverywhere");
    expect(await isSignedIn(again)).toBe(false);
    for (const id of [acme, other]) expect((await auditOf(id)).at(-1)).toBe("auth.sign-out-everywhere");
  });
});

async function signedInElsewhere2(): Promise<Caller> {
  await server.sql`delete from memberships where tenant_id = ${other} and role = 'viewer'`;
  return signedInElsewhere();
}

describe("guesses at the present password of a session", () => {
  it("are throttled like those at the door, and the organisation learns of each and of the throttle once", async () => {
    const here = await server.signIn(OWNER);
    const guess = () => here.mutate("auth.changePassword", { current: "guess", next: NEXT });
    for (let attempt = 0; attempt < 5; attempt++) expect((await guess()).status).toBe(400);
    for (let attempt = 0; attempt < 4; attempt++) expect((await guess()).status).toBe(429);
    const right = await here.mutate("auth.changePassword", { current: PASSWORD, next: NEXT });
    expect(right.status).toBe(429);
    await expect
      .poll(() => auditOf(acme))
      .toEqual([
        "auth.sign-in",
        ...Array<string>(5).fill("auth.change-password-failed"),
        "auth.change-password-throttled",
      ]);
  });
});
