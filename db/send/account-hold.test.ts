import { afterAll, beforeAll, expect, test } from "vitest";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { holdTenant } from "./account-hold.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

test("a pause because the carrier refuses everything is noted like any other, once", async () => {
  const { sql } = fixture;
  const tenantId = await fixture.tenant();
  await holdTenant(sql, tenantId, "Its credentials were revoked");
  await holdTenant(sql, tenantId, "again");
  const notes = await sql`
    select action, object_id as "objectId", detail from audit_log where tenant_id = ${tenantId}`;
  const detail = { reason: "Its credentials were revoked", by: "carrier" };
  expect(notes).toEqual([{ action: "kill-switch.pause", objectId: tenantId, detail }]);
  const [tenant] = await sql`select sending_paused_reason as reason from tenants where id = ${tenantId}`;
  expect(tenant).toEqual({ reason: detail.reason });
});
