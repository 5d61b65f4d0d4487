import type { SupportAccess } from "@smscrm/db/platform/support-access";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setUpTotp } from "../testing/second-factor.ts";
import {
  addContacts,
  type Caller,
  createPlatform,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let acme: string;
let contactId: string;
let owner: Caller;
let operator: Caller;

beforeEach(async () => {
  server = await startTestServer();
  await createPlatform(server.sql, ["owner", "operator"]);
  acme = await createTenant(server.sql, "acme", ["owner", "admin"]);
  await createTenant(server.sql, "beta");
  [contactId = ""] = await addContacts(server.sql, acme, FICTION);
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@platform.example.com");
  await setUpTotp(operator);
});
afterEach(() => server.close());

const ask = () => operator.mutate("platform.requestAccess", { id: acme, reason: "Ticket 4711: no receipts" });
const open = async () => (await owner.query<SupportAccess[]>("support.list")).data[0]!;
const enter = (caller = operator) => caller.mutate("auth.switchTenant", { tenantId: acme });
const grant = async (hours = 1) => owner.mutate("support.grant", { id: (await open()).id, hours });

describe("a platform operator who asks to look inside", () => {
  it("cannot enter before an owner agrees, and an admin can't agree", async () => {
    expect((await enter()).status).toBe(404);
    expect((await ask()).status).toBe(200);
    expect(await ask()).toMatchObject({ code: "CONFLICT" });
    expect((await enter()).status).toBe(404);
    const admin = await server.signIn("admin@acme.example.com");
    const { id } = await open();
    expect(await admin.mutate("support.grant", { id, hours: 1 })).toMatchObject({ code: "FORBIDDEN" });
    const neighbour = await server.signIn("owner@beta.example.com");
    expect(await neighbour.mutate("support.grant", { id, hours: 1 })).toMatchObject({ code: "NOT_FOUND" });
    expect((await neighbour.query("support.list")).data).toEqual([]);
  });

  it("reads what they were let in for, changes nothing, and each look is in the audit log", async () => {
    await ask();
    expect((await grant()).status).toBe(200);
    expect((await enter()).data).toMatchObject({ role: "auditor", visitsUntil: expect.any(String) });
    expect((await operator.query("contacts.get", { id: contactId })).status).toBe(200);
    expect((await operator.query("contacts.list", {})).status).toBe(200);
    for (const [path, input] of [
      ["contacts.update", { id: contactId, firstName: "X" }],
      ["killSwitch.pause", undefined],
      ["people.invite", { email: "friend@example.com", role: "owner" }],
      ["platform.organisations", {}],
    ] as const) {
      const answer =
        path === "platform.organisations"
          ? await operator.query(path, input)
          : await operator.mutate(path, input);
      expect(answer, path).toMatchObject({ code: "FORBIDDEN" });
    }
    const log = await owner.query<{ items: { action: string; actor: string; detail: object }[] }>(
      "audit.list",
      {},
    );
    expect(log.data.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "support.grant", actor: "acme owner" }),
        expect.objectContaining({
          action: "support.look",
          actor: "platform operator",
          detail: { what: "contacts.get", id: contactId },
        }),
        expect.objectContaining({ action: "support.look", detail: { what: "contacts.list" } }),
      ]),
    );
    const people = await owner.query<{ email: string }[]>("people.list");
    expect(people.data.map(({ email }) => email)).not.toContain("operator@platform.example.com");
  });

  it("is out at once when an owner ends it", async () => {
    await ask();
    await grant();
    await enter();
    expect((await owner.mutate("support.end", { id: (await open()).id })).status).toBe(200);
    expect((await operator.query("contacts.list", {})).status).toBe(401);
  });

  it("is out when the time is over, and may ask again", async () => {
    await ask();
    await grant();
    await enter();
    await server.sql`update memberships set expires_at = clock_timestamp() where expires_at is not null`;
    await server.sql`update support_accesses set expires_at = clock_timestamp()`;
    expect((await operator.query("contacts.list", {})).status).toBe(401);
    expect(await open()).toMatchObject({ endedAt: expect.any(String) });
    const [row] = await server.sql`select id from users where email = 'operator@platform.example.com'`;
    const { requestSupportAccess } = await import("@smscrm/db/platform/support-access");
    const asked = { tenantId: acme, operatorId: row!.id, reason: "Once more" };
    expect(await requestSupportAccess(server.dependencies.pipeline, asked)).toMatchObject({
      tenantName: "acme",
    });
  });

  it("is out of every organisation when they are removed from the platform", async () => {
    await ask();
    await grant();
    const chief = await server.signIn("owner@platform.example.com");
    await setUpTotp(chief);
    const [row] = await server.sql`select id from users where email = 'operator@platform.example.com'`;
    await enter();
    expect((await chief.mutate("people.remove", { userId: row!.id })).status).toBe(200);
    expect((await operator.query("contacts.list", {})).status).toBe(401);
    expect(await open()).toMatchObject({ endedAt: expect.any(String) });
  });

  it("cannot be made a member with more rights by the organisation's own pages", async () => {
    await ask();
    await grant();
    const [row] = await server.sql`select id from users where email = 'operator@platform.example.com'`;
    expect(await owner.mutate("people.setRole", { userId: row!.id, role: "owner" })).toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(
      server.sql`update memberships set role = 'owner' where expires_at is not null`,
    ).rejects.toThrow(/memberships_visit_only_reads/);
  });
});
