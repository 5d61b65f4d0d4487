import { ALWAYS_OPEN, DEFAULT_SCHEDULE, everyDay } from "@smscrm/core/time/quiet-hours";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let admin: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "admin"]);
  owner = await server.signIn("owner@acme.example.com");
  admin = await server.signIn("admin@acme.example.com");
});
afterAll(() => server.close());

const hours = async () => (await owner.query<{ quietHours: unknown }>("settings.get")).data.quietHours;

describe("an admin who may not text at night", () => {
  it("can't remove the quiet hours instead", async () => {
    const refused = await admin.mutate("settings.update", { quietHours: ALWAYS_OPEN });
    expect(refused).toMatchObject({
      status: 403,
      message: expect.stringContaining("Only an owner can allow texts"),
    });
    expect(await hours()).toEqual(DEFAULT_SCHEDULE);
  });

  it("can't assume a time zone for all contacts where it is day", async () => {
    const refused = await admin.mutate("settings.update", { trustTenantZone: true });
    expect(refused).toMatchObject({
      status: 403,
      message: expect.stringContaining("Only an owner can assume"),
    });
    await owner.mutate("settings.update", { trustTenantZone: true });
    expect(await admin.mutate("settings.update", { timezone: "Australia/Perth" })).toMatchObject({
      status: 403,
    });
    await owner.mutate("settings.update", { trustTenantZone: false });
  });

  it("may shorten the sending hours, and change other settings", async () => {
    const shorter = everyDay("10:00", "17:00");
    expect((await admin.mutate("settings.update", { quietHours: shorter, name: "Acme" })).status).toBe(200);
    expect(await hours()).toEqual(shorter);
  });

  it("keeps what an owner allowed, and the audit log has the owner's change", async () => {
    expect((await owner.mutate("settings.update", { quietHours: ALWAYS_OPEN })).status).toBe(200);
    expect((await admin.mutate("settings.update", { quietHours: ALWAYS_OPEN, name: "Acme" })).status).toBe(
      200,
    );
    const log = await owner.query<{ items: object[] }>("audit.list", {});
    expect(log.data.items[1]).toMatchObject({
      action: "settings.update",
      actor: "acme owner",
      detail: { after: { quietHours: ALWAYS_OPEN } },
    });
  });
});

it("refuses a time zone where no person can be", async () => {
  const [id] = await addContacts(server.sql, tenantId, [FICTION[0]]);
  for (const timezone of ["UTC", "Etc/GMT-10"]) {
    expect(await admin.mutate("contacts.update", { id, timezone })).toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining("has no location"),
    });
  }
});
