import { CUSTOM_ROLES_MAX } from "@smscrm/core/process/custom-roles";
import { type Action, CUSTOM_ACTIONS } from "@smscrm/core/process/roles";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../../testing/test-api.ts";

const WRITER: Action[] = [
  ...(["contacts.read", "contacts.write", "phoneNumbers.read"] as const),
  ...(["campaigns.read", "campaigns.write", "settings.read"] as const),
];
const MANAGER: Action[] = ["campaigns.read", "settings.read", "people.manage", "inbox.read"];

let server: TestServer;
let tenantId: string;
let owner: Caller;
let admin: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "admin", "operator", "viewer", "agent"]);
  owner = await server.signIn("owner@acme.example.com");
  admin = await server.signIn("admin@acme.example.com");
});
afterAll(() => server.close());

const names = (function* () {
  for (let nth = 1; ; nth += 1) yield `role-${nth}`;
})();
const nextName = () => names.next().value as string;
async function create(actions: readonly Action[], name = nextName()): Promise<string> {
  const made = await owner.mutate<{ id: string }>("roles.create", { name, actions });
  expect(made, made.message).toMatchObject({ status: 200 });
  return made.data.id;
}

async function idOf(role: string): Promise<string> {
  const [user] = await server.sql<{ id: string }[]>`
    select id from users where email = ${`${role}@acme.example.com`}`;
  return user!.id;
}

/** Gives a member a role, as the owner. */
const give = async (person: string, role: string) =>
  owner.mutate("people.setRole", { userId: await idOf(person), role });

async function lastAudit(): Promise<{ action: string; detail: Record<string, unknown> }> {
  const [entry] = await server.sql<{ action: string; detail: Record<string, unknown> }[]>`
    select action, detail from audit_log where tenant_id = ${tenantId} order by id desc limit 1`;
  return entry!;
}

const signedIn = (role: string) => server.signIn(`${role}@acme.example.com`);
const permissionsOf = async (caller: Caller) =>
  (await caller.query<{ permissions: string[] }>("auth.me")).data.permissions;

describe("a custom role", () => {
  it("is made, changed and deleted by an owner, each with its actions in the audit log", async () => {
    const id = await create(WRITER, "Writer");
    expect(await lastAudit()).toEqual({ action: "role.create", detail: { name: "Writer", actions: WRITER } });
    await owner.mutate("roles.change", { id, name: "Author", actions: [...WRITER, "inbox.read"] });
    expect(await lastAudit()).toEqual({
      action: "role.change",
      detail: {
        ...{ name: "Author", was: "Writer", actions: [...WRITER, "inbox.read"] },
        added: ["inbox.read"],
      },
    });
    const listed = await owner.query<{ id: string }[]>("roles.list");
    expect(listed.data.find((role) => role.id === id)).toMatchObject({
      ...{ name: "Author", members: 0, invitations: 0, actions: [...WRITER, "inbox.read"] },
    });
    expect(await owner.mutate("roles.delete", { id })).toMatchObject({ status: 200 });
    expect(await lastAudit()).toMatchObject({ action: "role.delete", detail: { name: "Author" } });
    expect(await owner.mutate("roles.change", { id, name: "Author", actions: WRITER })).toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("is an owner's to make, change and delete, and members who manage people see it", async () => {
    const id = await create(WRITER);
    const viewer = await signedIn("viewer");
    for (const caller of [admin, viewer]) {
      const draft = { name: "Mine", actions: WRITER };
      expect(await caller.mutate("roles.create", draft)).toMatchObject({ code: "FORBIDDEN" });
      expect(await caller.mutate("roles.change", { id, ...draft })).toMatchObject({ code: "FORBIDDEN" });
      expect(await caller.mutate("roles.delete", { id })).toMatchObject({ code: "FORBIDDEN" });
    }
    expect((await admin.query<{ id: string }[]>("roles.list")).data.map((role) => role.id)).toContain(id);
    expect(await viewer.query("roles.list")).toMatchObject({ code: "FORBIDDEN" });
  });

  it.each([
    [{ name: "Owners", actions: ["security.write"] }, /Only an owner may have security\.write/],
    [{ name: "Sender", actions: ["campaigns.launch"] }, /campaigns\.launch needs campaigns\.read/],
    [{ name: "Nothing", actions: [] }, /Choose at least one permission/],
    [{ name: "admin", actions: ["inbox.read"] }, /name of a built-in role/],
    [{ name: "two\nlines", actions: ["inbox.read"] }, /one line of text/],
    [{ name: "x", actions: ["inbox.read"] }, /at least two characters/],
    [{ name: "Fax", actions: ["faxes.send"] }, /actions/],
  ])("%s is refused", async (draft, why) => {
    const refused = await owner.mutate("roles.create", draft);
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.message).toMatch(why);
  });

  it("has a name that no other role of the organisation has, in any case", async () => {
    const id = await create(["inbox.read"], "Night shift");
    const twice = await owner.mutate("roles.create", { name: "NIGHT SHIFT", actions: ["inbox.read"] });
    expect(twice.message).toBe("Another role has this name. Choose another name.");
    expect(
      await owner.mutate("roles.change", { id, name: "Night Shift", actions: ["inbox.read"] }),
    ).toMatchObject({ status: 200 });
  });

  it("allows exactly its actions, from the member's next request on", async () => {
    const id = await create(["inbox.read"]);
    const agent = await signedIn("agent");
    expect(await give("agent", id)).toMatchObject({ status: 200 });
    expect(await permissionsOf(agent)).toEqual(["inbox.read"]);
    expect(await agent.query("campaigns.list", {})).toMatchObject({ code: "FORBIDDEN" });
    await owner.mutate("roles.change", { id, name: "Reader", actions: ["campaigns.read", "inbox.read"] });
    expect(await agent.query("campaigns.list", {})).toMatchObject({ status: 200 });
    const refused = await agent.query("contacts.list", {});
    expect(refused.message).toBe("Your role (Reader) does not allow this. Ask an owner of acme.");
    await give("agent", "agent");
    expect(await permissionsOf(agent)).toContain("messages.reply");
  });

  it("decides for the kill switch's route, uploads and exports as well", async () => {
    const id = await create(["campaigns.read", "killSwitch.pause"]);
    await give("viewer", id);
    const viewer = await signedIn("viewer");
    const post = (path: string) =>
      server.app.request(path, {
        method: "POST",
        headers: { cookie: viewer.cookie, "content-type": "text/csv" },
        body: "phone\n0491570006\n",
      });
    expect((await post(`/tenants/${tenantId}/pause`)).status).toBe(200);
    expect((await post(`/tenants/${tenantId}/resume`)).status).toBe(403);
    expect((await post("/uploads/imports?fileName=a.csv")).status).toBe(403);
    const csv = await server.app.request(`/campaigns/${id}/messages.csv`, {
      headers: { cookie: viewer.cookie },
    });
    expect(csv.status).toBe(403);
    await owner.mutate("killSwitch.resume");
    await give("viewer", "viewer");
  });

  it("ends a live stream when it changes", async () => {
    const id = await create(["campaigns.read"]);
    await give("viewer", id);
    const viewer = await signedIn("viewer");
    const input = encodeURIComponent(JSON.stringify({ tenantId, campaigns: [], imports: [] }));
    const response = await server.app.request(`/trpc/live.follow?input=${input}`, {
      headers: { cookie: viewer.cookie },
    });
    await owner.mutate("roles.change", { id, name: "Reader of all", actions: [...MANAGER] });
    expect(await response.text()).toContain("Your organisation or role changed");
    await give("viewer", "viewer");
  });

  it("follows campaigns or imports live only with the action for them", async () => {
    const id = await create(["campaigns.read"]);
    await give("viewer", id);
    const viewer = await signedIn("viewer");
    const follow = async (topics: object) => {
      const input = encodeURIComponent(JSON.stringify({ tenantId, campaigns: [], imports: [], ...topics }));
      const response = await server.app.request(`/trpc/live.follow?input=${input}`, {
        headers: { cookie: viewer.cookie },
        signal: AbortSignal.timeout(3_000),
      });
      return response.text();
    };
    expect(await follow({ imports: [id] })).toMatch(/may not see imports/);
    await owner.mutate("roles.change", { id, name: "Importer", actions: ["contacts.read"] });
    expect(await follow({ campaigns: [id] })).toMatch(/may not see campaigns/);
    await give("viewer", "viewer");
  });

  it("is not deleted while a member has it or somebody is invited with it: says who, and what to do", async () => {
    const id = await create(["inbox.read"], "Front desk");
    await give("agent", id);
    await owner.mutate("people.invite", { email: "new@example.com", role: id });
    expect(await owner.mutate("roles.delete", { id })).toMatchObject({
      code: "CONFLICT",
      message:
        "acme agent has this role. Give them another one first. new@example.com is invited with it. Cancel the invitation first.",
    });
    await give("agent", "agent");
    const [invitation] = (await owner.query<{ id: string }[]>("people.invitations")).data;
    await owner.mutate("people.cancelInvitation", { id: invitation!.id });
    expect(await owner.mutate("roles.delete", { id })).toMatchObject({ status: 200 });
  });

  it("is given by an invitation, whose page names it", async () => {
    const id = await create(WRITER, "Copywriter");
    const invited = await admin.mutate<{ url: string }>("people.invite", {
      email: "writer@example.com",
      role: id,
    });
    const token = invited.data.url.split("#")[1] ?? invited.data.url.split("/").at(-1)!;
    const someone = server.caller();
    const look = await someone.mutate<{ role: string }>("join.look", { token });
    expect(look.data).toMatchObject({ role: "Copywriter", organisation: "acme" });
    const password = "a long enough passphrase 7";
    const joined = await someone.mutate<{ permissions: string[]; roleName: string }>("join.asNewPerson", {
      ...{ token, name: "Wanda", password },
    });
    expect(joined.data).toMatchObject({ roleName: "Copywriter", permissions: WRITER });
    const people = await owner.query<{ email: string; customRole: { id: string } | null }[]>("people.list");
    expect(people.data.find(({ email }) => email === "writer@example.com")?.customRole?.id).toBe(id);
  });

  it("of another organisation can't be given", async () => {
    const id = await create(["inbox.read"]);
    await createTenant(server.sql, "beta", ["owner", "viewer"]);
    const other = await server.signIn("owner@beta.example.com");
    expect(await other.mutate("people.invite", { email: "x@example.com", role: id })).toMatchObject({
      code: "NOT_FOUND",
    });
    const people = await other.query<{ userId: string; role: string }[]>("people.list");
    const viewer = people.data.find(({ role }) => role === "viewer")!;
    expect(await other.mutate("people.setRole", { userId: viewer.userId, role: id })).toMatchObject({
      code: "NOT_FOUND",
    });
    // Not even by hand: the key carries the tenant.
    await expect(
      server.sql`update memberships set custom_role_id = ${id} where user_id = ${viewer.userId}`,
    ).rejects.toThrow("memberships_custom_role");
  });

  it("beneath an owner's name is refused by the database", async () => {
    const id = await create(["inbox.read"]);
    await expect(
      server.sql`update memberships set custom_role_id = ${id} where user_id = ${await idOf("owner")}`,
    ).rejects.toThrow("memberships_custom_is_viewer");
  });

  it("with more actions in the database than it may have gives no more", async () => {
    const id = await create(["inbox.read"]);
    await server.sql`update custom_roles set actions = ${["inbox.read", "security.write", "faxes.send"]} where id = ${id}`;
    await give("viewer", id);
    expect(await permissionsOf(await signedIn("viewer"))).toEqual(["inbox.read"]);
    await give("viewer", "viewer");
  });
});

describe("a member whose custom role manages people", () => {
  let manager: Caller;
  beforeAll(async () => {
    await give("operator", await create(MANAGER, "Team lead"));
    manager = await signedIn("operator");
  });

  it("gives roles that may do less, and none that may do more or manage people", async () => {
    const less = await create(["inbox.read"]);
    const more = await create(["inbox.read", "messages.reply"]);
    const same = await create(MANAGER);
    const invite = async (role: string) =>
      (await manager.mutate("people.invite", { email: `${nextName()}@example.com`, role })).code ?? "ok";
    expect([await invite(less), await invite(more), await invite(same)]).toEqual([
      "ok",
      "FORBIDDEN",
      "FORBIDDEN",
    ]);
    expect([await invite("agent"), await invite("viewer"), await invite("owner")]).toEqual(
      Array(3).fill("FORBIDDEN"),
    );
  });

  it("changes and removes nobody above it", async () => {
    const less = await create(["inbox.read"]);
    for (const person of ["owner", "admin", "viewer", "operator"]) {
      const userId = await idOf(person);
      expect(await manager.mutate("people.setRole", { userId, role: less })).toMatchObject({
        ...{ code: "FORBIDDEN" },
      });
      expect(await manager.mutate("people.remove", { userId })).toMatchObject({ code: "FORBIDDEN" });
    }
    await give("agent", less);
    expect(await manager.mutate("people.setRole", { userId: await idOf("agent"), role: less })).toMatchObject(
      { status: 200 },
    );
    await give("agent", "agent");
  });

  it("can't let people in by an invitation whose role grew meanwhile", async () => {
    const id = await create(["inbox.read"]);
    const invited = await manager.mutate<{ url: string }>("people.invite", {
      email: "late@example.com",
      role: id,
    });
    const token = invited.data.url.split("#")[1] ?? invited.data.url.split("/").at(-1)!;
    expect(await server.caller().mutate("join.look", { token })).toMatchObject({ status: 200 });
    await owner.mutate("roles.change", { id, name: "Grown", actions: ["inbox.read", "messages.reply"] });
    expect(await server.caller().mutate("join.look", { token })).toMatchObject({ code: "BAD_REQUEST" });
  });

  it("loses the invitations that their next role could not make", async () => {
    const id = await create(["inbox.read"]);
    await manager.mutate("people.invite", { email: "open@example.com", role: id });
    await give("operator", "operator");
    const open = await owner.query<{ email: string }[]>("people.invitations");
    expect(open.data.map(({ email }) => email)).not.toContain("open@example.com");
  });
});

it("an organisation has at most 20 custom roles", async () => {
  await createTenant(server.sql, "full");
  const full = await server.signIn("owner@full.example.com");
  for (let at = 0; at < CUSTOM_ROLES_MAX; at += 1)
    await full.mutate("roles.create", { name: `Role ${at}`, actions: CUSTOM_ACTIONS });
  expect(await full.mutate("roles.create", { name: "One more", actions: ["inbox.read"] })).toMatchObject({
    ...{ code: "PRECONDITION_FAILED" },
    message: "There are 20 custom roles already. Delete one, then add another.",
  });
});

it("a policy for admins asks a custom role that manages people for a second factor", async () => {
  await give("viewer", await create(MANAGER, "Second lead"));
  await server.sql`update tenants set second_factor_policy = 'admins' where id = ${tenantId}`;
  const viewer = await signedIn("viewer");
  expect((await viewer.query<{ lacksSecondFactor: boolean }>("auth.me")).data.lacksSecondFactor).toBe(true);
});
