import { createTenant as createEmptyTenant } from "@smscrm/db/tenants/tenants";
import { insertPasswordReset } from "@smscrm/db/users/password-resets";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Caller,
  createTenant,
  PASSWORD,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

const CFO = "cfo@bank.example";
const CHOSEN = "a password of their own";
const ANOTHER = "yet another good password";

let server: TestServer;
let bank: Caller;
let rival: Caller;
let bankId: string;

beforeEach(async () => {
  server = await startTestServer();
  bankId = await createTenant(server.sql, "bank", ["owner", "admin"]);
  await createTenant(server.sql, "rival", ["owner", "admin"]);
  bank = await server.signIn("owner@bank.example.com");
  rival = await server.signIn("admin@rival.example.com");
});
afterEach(() => server.close());

interface Link {
  email: string;
  url: string;
  expiresAt: string;
}
const tokenIn = ({ url }: Link) => url.split("#")[1]!;
const invite = async (by: Caller, role: string, email = CFO) => {
  const answer = await by.mutate<Link>("people.invite", { email, role });
  if (answer.status !== 200) throw new Error(answer.message);
  return tokenIn(answer.data);
};
const joinAsNew = (token: string, password = CHOSEN, name = "Cleo") =>
  send("join.asNewPerson", { token, name, password });
const joinAsExisting = (token: string, currentPassword: string, password = ANOTHER) =>
  send("join.asExistingPerson", { token, name: "Cleo", currentPassword, password });
const signIn = (email: string, password: string, cookie = "") =>
  send("auth.signIn", { email, password }, cookie);

/** Sends a change like a browser. Returns the answer, and the browser's cookies after it. */
async function send(path: string, input: unknown, cookie = "", address?: string) {
  const response = await server.app.request(
    `/trpc/${path}`,
    {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(input),
    },
    address ? { remoteAddress: address } : undefined,
  );
  const body = (await response.json()) as { result?: { data: never }; error?: { message: string } };
  const cookies = response.headers.getSetCookie().map((each) => each.split(";")[0]!);
  return {
    status: response.status,
    data: body.result?.data as Record<string, unknown> | undefined,
    message: body.error?.message,
    cookies: cookies.join("; "),
  };
}

const auditOf = async (tenantId: string) =>
  (
    await server.sql<{ action: string }[]>`
      select action from audit_log where tenant_id = ${tenantId} order by id`
  ).map(({ action }) => action);
const membersOf = async (by: Caller) =>
  (await by.query<{ email: string; name: string; role: string }[]>("people.list")).data;

describe("an organisation is not taken over by way of another", () => {
  it("an account that another organisation's admin made for an address gets nobody in", async () => {
    // The rival's admin opens the link that he made himself, and knows the password of that account.
    const made = await joinAsNew(await invite(rival, "viewer"), "the admin knows this one");
    expect(made.status).toBe(200);
    const token = await invite(bank, "owner");
    expect(await membersOf(bank)).not.toContainEqual(expect.objectContaining({ email: CFO }));
    const admin = server.caller(made.cookies);
    expect(await admin.mutate("auth.switchTenant", { tenantId: bankId })).toMatchObject({ status: 404 });
    const again = await signIn(CFO, "the admin knows this one");
    expect(again.data).toMatchObject({ tenant: { name: "rival" }, tenants: [{ name: "rival" }] });

    // The invited person has the link, and gets the account through a reset by the operator.
    expect(await joinAsNew(token)).toMatchObject({
      status: 409,
      message: expect.stringMatching(/ask the platform operator for a reset link/),
    });
    const reset = newToken();
    await insertPasswordReset(server.sql, { email: CFO, tokenHash: hashToken(reset), by: "operator@host" });
    expect((await send("auth.resetPassword", { token: reset, password: CHOSEN })).status).toBe(200);
    expect((await admin.query("auth.me")).data).toBeNull();
    expect((await server.caller(again.cookies).query("auth.me")).data).toBeNull();
    expect(await joinAsExisting(token, CHOSEN)).toMatchObject({
      status: 200,
      data: { tenant: { name: "bank" }, role: "owner" },
    });
    expect((await signIn(CFO, "the admin knows this one")).status).toBe(401);
  });

  it("somebody who knows the account's password, and is signed in with it, is out once the person accepts", async () => {
    const made = await joinAsNew(await invite(rival, "viewer"), "told to the person by an admin");
    const token = await invite(bank, "admin");
    expect(
      await joinAsExisting(token, "told to the person by an admin", "told to the person by an admin"),
    ).toMatchObject({
      status: 400,
      message: expect.stringMatching(/Choose a new password/),
    });
    expect((await joinAsExisting(token, "told to the person by an admin")).status).toBe(200);
    expect((await server.caller(made.cookies).query("auth.me")).data).toBeNull();
    expect((await signIn(CFO, "told to the person by an admin")).status).toBe(401);
    expect((await signIn(CFO, ANOTHER)).status).toBe(200);
  });

  it("an invitation answers the same, whether or not the address has an account, and shows no name", async () => {
    await joinAsNew(await invite(rival, "viewer"), CHOSEN, "Cleo Secret");
    const known = await bank.mutate<Link>("people.invite", { email: CFO, role: "viewer" });
    const unknown = await bank.mutate<Link>("people.invite", {
      email: "nobody@bank.example",
      role: "viewer",
    });
    const shape = ({ data }: typeof known) => Object.keys(data).sort();
    expect(shape(known)).toEqual(["email", "expiresAt", "mailFault", "url"]);
    expect(shape(unknown)).toEqual(shape(known));
    const listed = await bank.query<object[]>("people.invitations");
    expect(listed.data.map((each) => Object.keys(each).sort())).toEqual(
      Array(2).fill(["createdAt", "customRole", "email", "expiresAt", "id", "role"]),
    );
    const look = await send("join.look", { token: tokenIn(known.data) });
    expect(Object.keys(look.data!).sort()).toEqual(["email", "expiresAt", "organisation", "role"]);
    expect(JSON.stringify([known, listed, look])).not.toContain("Secret");
    expect(await auditOf(bankId)).not.toContain("person.join");
  });

  it("a wrong password and an address without an account are refused in the same words", async () => {
    await joinAsNew(await invite(rival, "viewer"));
    const wrong = await joinAsExisting(await invite(bank, "viewer"), "not the password");
    const none = await joinAsExisting(
      await invite(bank, "viewer", "nobody@bank.example"),
      "not the password",
    );
    expect(wrong).toEqual(none);
    expect(wrong).toMatchObject({ status: 400, cookies: "" });
  });

  it("writes who signs in and who switches into the organisation where they arrive, with the address", async () => {
    const token = await invite(bank, "viewer");
    await joinAsNew(await invite(rival, "viewer"));
    const joined = await joinAsExisting(token, CHOSEN);
    const tenants = (joined.data as { tenants: { id: string; name: string }[] }).tenants;
    const rivalId = tenants.find(({ name }) => name === "rival")!.id;
    const there = await send("auth.switchTenant", { tenantId: rivalId }, joined.cookies, "203.0.113.7");
    await send("auth.switchTenant", { tenantId: bankId }, there.cookies, "203.0.113.8");
    const rows = await server.sql<{ tenantId: string; address: string }[]>`
      select tenant_id as "tenantId", detail->>'address' as address from audit_log
      where action = 'auth.switch-tenant' order by id`;
    expect([...rows]).toEqual([
      { tenantId: rivalId, address: "203.0.113.7" },
      { tenantId: bankId, address: "203.0.113.8" },
    ]);
    expect(await auditOf(bankId)).toEqual([
      "auth.sign-in",
      "person.invite",
      "person.join",
      "auth.sign-in",
      "auth.switch-tenant",
    ]);
  });

  it("keeps a link's token nowhere: neither in the tables nor in the log", async () => {
    const token = await invite(bank, "viewer");
    await send("join.look", { token });
    const rows = await server.sql`select to_jsonb(i)::text as row from invitations i`;
    expect(rows[0]!.row).not.toContain(token);
    await joinAsNew(token);
    expect(server.logged.join()).not.toContain(token);
    const audit = await server.sql`select to_jsonb(a)::text as row from audit_log a`;
    expect(audit.map(({ row }) => row).join()).not.toContain(token);
  });
});

describe("an invitation", () => {
  it("is accepted once, however many try at once", async () => {
    const token = await invite(bank, "viewer");
    const answers = await Promise.all(
      ["One", "Two", "Three", "Four"].map((name) => joinAsNew(token, CHOSEN, name)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await membersOf(bank)).filter(({ email }) => email === CFO)).toHaveLength(1);
    expect((await joinAsNew(token)).message).toMatch(/isn't valid/);
  });

  it("for one address is made once, and the link that somebody got is the one that opens", async () => {
    const made = await Promise.all(
      Array.from({ length: 4 }, () => bank.mutate<Link>("people.invite", { email: CFO, role: "viewer" })),
    );
    const links = made.filter(({ status }) => status === 200);
    expect(links).toHaveLength(1);
    expect(made.filter(({ code }) => code === "CONFLICT")).toHaveLength(3);
    expect((await joinAsNew(tokenIn(links[0]!.data))).status).toBe(200);
  });

  it("ends after 72 hours, when it is canceled, and when there is a new link", async () => {
    const first = await invite(bank, "viewer");
    const [{ id }] = (await bank.query<{ id: string }[]>("people.invitations")).data as [{ id: string }];
    const renewed = await bank.mutate<Link>("people.renewInvitation", { id });
    expect((await joinAsNew(first)).message).toMatch(/isn't valid/);
    const hours = (Date.parse(renewed.data.expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(71.9);
    expect(hours).toBeLessThanOrEqual(72);
    await server.sql`update invitations set expires_at = clock_timestamp()`;
    expect((await joinAsNew(tokenIn(renewed.data))).message).toMatch(/isn't valid/);
    const again = await invite(bank, "viewer");
    const listed = (await bank.query<{ id: string }[]>("people.invitations")).data;
    await bank.mutate("people.cancelInvitation", { id: listed[0]!.id });
    expect((await send("join.look", { token: again })).message).toMatch(/isn't valid/);
    expect((await joinAsNew(again)).message).toMatch(/isn't valid/);
    expect(await membersOf(bank)).toHaveLength(2);
  });

  it("gives no more than its maker could give now: not when they were removed, nor when they were demoted", async () => {
    const admin = await server.signIn("admin@bank.example.com");
    const people = await bank.query<{ userId: string; role: string }[]>("people.list");
    const { userId } = people.data.find(({ role }) => role === "admin")!;
    const before = await invite(admin, "operator");
    const owners = await invite(bank, "operator", "kept@bank.example");
    await bank.mutate("people.setRole", { userId, role: "viewer" });
    expect((await joinAsNew(before)).message).toMatch(/isn't valid/);
    await bank.mutate("people.setRole", { userId, role: "admin" });
    const second = await invite(admin, "operator");
    await bank.mutate("people.remove", { userId });
    expect((await joinAsNew(second)).message).toMatch(/isn't valid/);
    expect((await send("join.look", { token: owners })).status).toBe(200);
    expect(await bank.query("people.invitations")).toMatchObject({ data: [{ email: "kept@bank.example" }] });
    // Checked again at the acceptance, because SQL may have changed the role.
    await server.sql`update memberships set role = 'operator' where user_id = (select user_id from memberships
      where tenant_id = ${bankId} and role = 'owner')`;
    expect((await joinAsNew(owners)).message).toMatch(/isn't valid/);
  });

  it("of an owner is an owner's to change, and one of another organisation is nobody's", async () => {
    await invite(bank, "owner");
    const [{ id }] = (await bank.query<{ id: string }[]>("people.invitations")).data as [{ id: string }];
    const admin = await server.signIn("admin@bank.example.com");
    for (const path of ["people.renewInvitation", "people.cancelInvitation"]) {
      expect(await admin.mutate(path, { id })).toMatchObject({ code: "FORBIDDEN" });
      expect(await rival.mutate(path, { id })).toMatchObject({ code: "NOT_FOUND" });
    }
    expect((await bank.mutate("people.cancelInvitation", { id })).status).toBe(200);
  });

  it("does not change the role of somebody who is a member by then", async () => {
    const token = await invite(bank, "viewer");
    await joinAsNew(await invite(rival, "viewer"));
    await server.sql`insert into memberships (tenant_id, user_id, role)
      select ${bankId}, id, 'admin' from users where email = ${CFO}`;
    expect((await joinAsExisting(token, CHOSEN)).data).toMatchObject({ role: "admin" });
  });
});

describe("an owner is not locked out by others", () => {
  const OWNER = "owner@bank.example.com";
  const lockOut = async () => {
    for (let attempt = 0; attempt < 6; attempt++)
      await send("auth.signIn", { email: OWNER, password: "guess" }, "", "198.51.100.9");
  };

  it("a browser in which the account signed in before goes on signing in", async () => {
    const { cookies } = await signIn(OWNER, PASSWORD);
    const browser = cookies.split("; ").find((each) => each.startsWith("__Host-known_browser_"))!;
    await lockOut();
    expect((await signIn(OWNER, PASSWORD)).status).toBe(429);
    const back = await signIn(OWNER, PASSWORD, browser);
    expect(back.status).toBe(200);
    expect((await signIn(OWNER, PASSWORD, browser)).status).toBe(200);
    // Others stay locked out all the same.
    expect((await signIn(OWNER, PASSWORD)).status).toBe(429);
  });

  it("not by way of the network that they share, either", async () => {
    const { cookies } = await send("auth.signIn", { email: OWNER, password: PASSWORD }, "", "192.0.2.1");
    for (let index = 0; index < 31; index++) {
      await send("auth.signIn", { email: `u${index}@example.com`, password: "guess" }, "", "192.0.2.1");
    }
    const from = (cookie: string) =>
      send("auth.signIn", { email: OWNER, password: PASSWORD }, cookie, "192.0.2.1");
    expect((await from("")).status).toBe(429);
    expect((await from(cookies)).status).toBe(200);
  });

  it("a known browser's cookie is no licence to guess, for no account", async () => {
    const { cookies } = await signIn(OWNER, PASSWORD);
    const answers = [];
    for (let attempt = 0; attempt < 7; attempt++) answers.push(await signIn(OWNER, "guess", cookies));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await signIn(OWNER, PASSWORD, cookies)).status).toBe(429);
    expect((await signIn(OWNER, PASSWORD)).status).toBe(200);
    const other = "admin@bank.example.com";
    for (let attempt = 0; attempt < 5; attempt++) await signIn(other, "guess", cookies);
    expect((await signIn(other, PASSWORD, cookies)).status).toBe(429);
  });

  it("is forgotten when the person signs out everywhere, changes or resets the password, and after a year", async () => {
    const known = async (cookies: string) => {
      await lockOut();
      // Without the session's cookie, because signing in again with it would end the session.
      const browser = cookies.split("; ").find((each) => each.startsWith("__Host-known_browser_"));
      const { status } = await signIn(OWNER, PASSWORD, browser);
      await server.sql`delete from sign_in_throttle`;
      return status === 200;
    };
    const first = await signIn(OWNER, PASSWORD);
    expect(await known(first.cookies)).toBe(true);
    await server.caller(first.cookies).mutate("auth.signOutEverywhere");
    expect(await known(first.cookies)).toBe(false);

    const there = await signIn(OWNER, PASSWORD);
    const here = await signIn(OWNER, PASSWORD);
    const changed = await send("auth.changePassword", { current: PASSWORD, next: CHOSEN }, here.cookies);
    expect(changed.cookies).toMatch(/^__Host-known_browser_/);
    await send("auth.changePassword", { current: CHOSEN, next: PASSWORD }, here.cookies);
    expect(await known(there.cookies)).toBe(false);

    const later = await signIn(OWNER, PASSWORD);
    await server.sql`update known_browsers set last_used_at = now() - interval '366 days'`;
    expect(await known(later.cookies)).toBe(false);
  });

  it("keeps ten browsers of a person, and only the hash of each token", async () => {
    const all: string[] = [];
    for (let index = 0; index < 12; index++) all.push((await signIn(OWNER, PASSWORD)).cookies);
    const rows = await server.sql<{ row: string }[]>`
      select to_jsonb(b)::text as row from known_browsers b join users u on u.id = b.user_id where email = ${OWNER}`;
    expect(rows).toHaveLength(10);
    const token = /known_browser_\w+=([\w-]+)/.exec(all.at(-1)!)![1]!;
    expect(rows.map(({ row }) => row).join()).not.toContain(token);
  });

  it("a reset link opens once within 60 minutes, ends every session, and is written in every organisation", async () => {
    const link = async () => {
      const token = newToken();
      const made = await insertPasswordReset(server.sql, {
        email: OWNER,
        tokenHash: hashToken(token),
        by: "me@host",
      });
      expect((made!.expiresAt.getTime() - Date.now()) / 60_000).toBeCloseTo(60, 0);
      return token;
    };
    const late = await link();
    await server.sql`update password_resets set expires_at = clock_timestamp()`;
    expect((await send("auth.resetPassword", { token: late, password: CHOSEN })).status).toBe(400);
    const replaced = await link();
    const token = await link();
    expect((await send("auth.lookAtReset", { token: replaced })).status).toBe(400);
    expect((await send("auth.lookAtReset", { token })).data).toMatchObject({ email: OWNER });
    const rivalId = (await rival.query<{ tenant: { id: string } }>("auth.me")).data.tenant.id;
    await server.sql`insert into memberships (tenant_id, user_id, role)
      select ${rivalId}, id, 'viewer' from users where email = ${OWNER}`;
    await lockOut();
    const used = await Promise.all(
      [CHOSEN, ANOTHER].map((password) => send("auth.resetPassword", { token, password })),
    );
    expect(used.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await bank.query("auth.me")).data).toBeNull();
    // During the attack, from the browser in which the reset link was opened.
    const at = used.findIndex(({ status }) => status === 200);
    expect((await signIn(OWNER, [CHOSEN, ANOTHER][at]!)).status).toBe(429);
    expect((await signIn(OWNER, [CHOSEN, ANOTHER][at]!, used[at]!.cookies)).status).toBe(200);
    for (const id of [bankId, rivalId]) {
      expect(await auditOf(id)).toContain("auth.reset-password");
    }
    expect(await auditOf(bankId)).toContain("auth.reset-link");
  });

  it("throttles guesses at the present password of a session", async () => {
    const { cookies } = await signIn(OWNER, PASSWORD);
    const guess = () => send("auth.changePassword", { current: "guess", next: CHOSEN }, cookies);
    for (let attempt = 0; attempt < 5; attempt++) expect((await guess()).status).toBe(400);
    expect((await guess()).status).toBe(429);
    expect((await signIn(OWNER, PASSWORD)).status).toBe(200);
  });

  it("counts an IPv6 subscriber's /64 as one address", async () => {
    const statuses = [];
    for (let index = 0; index < 31; index++) {
      const address = `2001:db8:1:2:${index}::1`;
      statuses.push(
        (await send("auth.signIn", { email: `u${index}@example.com`, password: "guess" }, "", address))
          .status,
      );
    }
    expect(statuses.at(0)).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("an organisation that the console made", () => {
  const make = async (name = "First") => {
    const token = newToken();
    const made = await createEmptyTenant(
      server.sql,
      { name, country: "AU", timezone: "Australia/Sydney" },
      { email: CFO, tokenHash: hashToken(token), by: "me@host", userId: null },
    );
    return { made, token };
  };

  it("is complete, may spend nothing yet, and is entered by its owner's link alone", async () => {
    const { made, token } = await make();
    const id = (made as { id: string }).id;
    const [row] = await server.sql`
      select t.daily_budget_cents::float8 + t.monthly_budget_cents::float8 as budget,
        exists (select 1 from budgets b where b.tenant_id = t.id) as "hasBudget",
        exists (select 1 from tenant_dispatch d where d.tenant_id = t.id) as "hasDispatch",
        (select count(*)::int from memberships m where m.tenant_id = t.id) as members
      from tenants t where id = ${id}`;
    expect(row).toEqual({ budget: 0, hasBudget: true, hasDispatch: true, members: 0 });
    const owner = await joinAsNew(token);
    expect(owner.data).toMatchObject({ role: "owner", tenant: { id, name: "First" } });
    const caller = server.caller(owner.cookies);
    expect((await caller.query("settings.get")).status).toBe(200);
    expect((await caller.query("home.summary")).status).toBe(200);
    expect(await auditOf(id)).toEqual(["tenant.create", "person.invite", "person.join", "auth.sign-in"]);
  });

  it("is made once under a name, also at once", async () => {
    const made = await Promise.all([make("Same"), make("same"), make("SAME")]);
    expect(made.filter(({ made }) => "takenBy" in made)).toHaveLength(2);
  });
});
