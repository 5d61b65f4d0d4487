import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchScheduled } from "../campaigns/campaign-schedule.ts";
import { requestLaunch } from "../campaigns/campaign-states.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { pauseSending, readKillSwitch, resumeSending } from "./kill-switch.ts";
import { pauseTenants, resumeTenants } from "./operators.ts";
import { findTenantsByNameOrId, reinstateTenant, suspendTenant } from "./suspension.ts";

const BY = "op@host";
const REASON = "Spam complaints";
let fixture: SendFixture;
let tenantId: string;
let userId: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  const [user] = await fixture.owner<{ id: string }[]>`
    insert into users (email, name, password_hash) values ('ann@example.com', 'Ann', 'x') returning id`;
  userId = user!.id;
});
afterAll(() => fixture.close());
beforeEach(async () => {
  await fixture.sql`update tenants set suspended_at = null, suspended_reason = null, sending_paused_at = null`;
  tenantId = await fixture.tenant();
  // Only members of the tenant are named to it.
  await fixture.owner`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${userId}, 'owner')`;
});

const suspend = () => suspendTenant(fixture.sql, { tenantId, by: BY, reason: REASON });
const reinstate = () => reinstateTenant(fixture.sql, { tenantId, by: BY, reason: "Explained" });
const asTenant: SendFixture["database"]["asTenant"] = (...args) => fixture.database.asTenant(...args);
const status = () => asTenant(tenantId, (tx) => readKillSwitch(tx, tenantId));
const pause = (reason: string) => asTenant(tenantId, (tx) => pauseSending(tx, tenantId, userId, reason));
const resume = () => asTenant(tenantId, (tx) => resumeSending(tx, tenantId));
const epoch = async () =>
  Number((await fixture.sql`select pause_epoch from tenants where id = ${tenantId}`)[0]!.pause_epoch);

describe("a suspension", () => {
  it("pauses sending with its reason, once, and ends with its reinstatement", async () => {
    expect(await suspend()).toEqual({ already: null });
    const suspended = await status();
    expect(suspended).toMatchObject({ suspendedReason: REASON, pausedBy: null, reason: null });
    expect(suspended.pausedAt).toEqual((suspended as { suspendedAt: Date }).suspendedAt);
    const before = await epoch();
    expect(await suspendTenant(fixture.sql, { tenantId, by: BY, reason: "Another" })).toEqual({
      already: { at: suspended.pausedAt, reason: REASON },
    });
    expect(await epoch()).toBe(before);
    expect(await reinstate()).toEqual({ staysPaused: false });
    expect(await epoch()).toBe(before + 1);
    expect(await status()).toEqual({ pausedAt: null });
    expect(await reinstate()).toBeNull();
    const noted = await fixture.sql`
      select action, actor_id as "actorId", detail from audit_log where tenant_id = ${tenantId} order by id`;
    expect(noted).toEqual([
      { action: "tenant.suspend", actorId: null, detail: { reason: REASON, by: BY } },
      { action: "tenant.reinstate", actorId: null, detail: { reason: "Explained", by: BY } },
    ]);
  });

  it("cannot be ended by the tenant, whose resume only gets its reason", async () => {
    await suspend();
    expect(await resume()).toEqual({ suspendedReason: REASON });
    await expect(
      asTenant(tenantId, (tx) =>
        tx.execute("update tenants set suspended_at = null, suspended_reason = null"),
      ),
    ).rejects.toMatchObject({ cause: { code: "42501" } });
    await expect(
      asTenant(tenantId, (tx) => tx.execute("update tenants set sending_paused_at = null")),
    ).rejects.toMatchObject({ cause: { constraint_name: "tenants_suspended_is_paused" } });
    expect(await status()).toMatchObject({ suspendedReason: REASON });
  });

  it("leaves an earlier pause as it is, which stays after it", async () => {
    await pause("wrong text");
    const { pausedAt } = await status();
    await suspend();
    expect(await status()).toMatchObject({
      pausedAt,
      pausedBy: "Ann",
      reason: "wrong text",
      suspendedReason: REASON,
    });
    expect(await resume()).toEqual({ suspendedReason: REASON });
    expect(await reinstate()).toEqual({ staysPaused: true });
    expect(await status()).toMatchObject({ pausedAt, reason: "wrong text", suspendedAt: null });
    expect(await resume()).toBe(true);
    expect(await status()).toEqual({ pausedAt: null });
  });

  it("keeps a pause that is set during it, by its people or at the console", async () => {
    await suspend();
    expect(await pause("stop anyway")).toBe(true);
    expect(await pause("again")).toBe(false);
    expect(await reinstate()).toEqual({ staysPaused: true });
    expect(await status()).toMatchObject({ reason: "stop anyway" });
    await resume();
    await suspend();
    expect(await pauseTenants(fixture.sql, { tenantId, by: BY }, "an incident")).toEqual(["Acme"]);
    expect(await reinstate()).toEqual({ staysPaused: true });
  });

  it("outlives a resume of all tenants, which ends only the pause beside it", async () => {
    const other = await fixture.tenant();
    await suspend();
    await pauseTenants(fixture.sql, { tenantId: null, by: BY }, "an incident");
    const { resumed, suspended } = await resumeTenants(fixture.sql, { tenantId: null, by: BY });
    expect(resumed).toContain("Acme");
    expect(suspended).toEqual(["Acme"]);
    const still = await status();
    expect(still).toMatchObject({ reason: null, suspendedReason: REASON });
    expect(still.pausedAt).toEqual((still as { suspendedAt: Date }).suspendedAt);
    const [row] = await fixture.sql`select sending_paused_at from tenants where id = ${other}`;
    expect(row!.sending_paused_at).toBeNull();
    expect(await resumeTenants(fixture.sql, { tenantId, by: BY })).toEqual({
      resumed: [],
      suspended: ["Acme"],
    });
    expect(await reinstate()).toEqual({ staysPaused: false });
  });

  it("holds claims, leases and launches of its tenant alone", async () => {
    const acme = await fixture.running(2);
    const other = await fixture.running(2);
    tenantId = acme.tenantId;
    const draftId = await fixture.campaign(tenantId, { status: "draft" });
    const scheduled = await fixture.sql<{ id: string; tenantId: string }[]>`
      insert into campaigns (tenant_id, name, body, audience, status, scheduled_at)
      select id, 'Sale', 'Hi', '{"kind":"all"}', 'scheduled', now() from tenants
      where id in (${tenantId}, ${other.tenantId}) returning id, tenant_id as "tenantId"`;
    await suspend();
    expect(await fixture.claim(tenantId, acme.jobIds)).toMatchObject({ messages: [], held: 2 });
    expect((await fixture.claim(other.tenantId, other.jobIds)).messages).toHaveLength(2);
    const launch = () => asTenant(tenantId, (tx) => requestLaunch(tx, tenantId, draftId, userId, null));
    expect(await launch()).toEqual({ ok: false, why: "suspended", reason: REASON });
    const launched = (await launchScheduled(fixture.sql)).map(({ id }) => id);
    expect(launched).toEqual(scheduled.filter((row) => row.tenantId === other.tenantId).map(({ id }) => id));
    await reinstate();
    expect(await launch()).toEqual({ ok: true });
    expect(await launchScheduled(fixture.sql)).toHaveLength(1);
  });
});

it("a tenant is found by its id, or by its name in any case", async () => {
  await fixture.sql`update tenants set name = 'Only One' where id = ${tenantId}`;
  const found = [{ id: tenantId, name: "Only One" }];
  expect(await findTenantsByNameOrId(fixture.sql, tenantId.toUpperCase())).toEqual(found);
  expect(await findTenantsByNameOrId(fixture.sql, "only one")).toEqual(found);
  expect(await findTenantsByNameOrId(fixture.sql, "nobody")).toEqual([]);
});
