import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { endLease, leaseDueJobs, releaseHolds, sweepLeases } from "./dispatch.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

/** Only this test's tenants: due messages of others would take turns too. */
const alone = () => fixture.sql`update campaigns set status = 'completed' where status = 'running'`;
const refill = (tenantId: string) =>
  fixture.sql`update tenant_dispatch set tokens_at = tokens_at - interval '10 seconds' where tenant_id = ${tenantId}`;
const virtualTime = async (tenantId: string) =>
  (await fixture.sql`select virtual_time as at from tenant_dispatch where tenant_id = ${tenantId}`)[0]!.at;

describe("turns", () => {
  test("a tenant with 10 messages beside one with 8,000 gets all of them in the first rounds", async () => {
    await alone();
    const big = await fixture.running(8_000);
    for (let round = 0; round < 20; round += 1) expect((await fixture.lease())?.tenantId).toBe(big.tenantId);
    const small = await fixture.running(10);
    const rounds = [];
    for (let round = 0; round < 3; round += 1) rounds.push(await fixture.lease());
    const own = rounds.filter((lease) => lease?.tenantId === small.tenantId);
    expect(own.map((lease) => lease?.jobIds.length)).toEqual([10]);
    await alone();
  });

  test("a tenant that was idle does not catch up at the others' cost", async () => {
    await alone();
    const [one, other] = [await fixture.running(2_000), await fixture.running(2_000)];
    await fixture.sql`update tenant_dispatch set tokens_at = tokens_at - interval '1 minute'`;
    for (const { tenantId } of [one, other]) {
      await fixture.sql`update tenant_dispatch set tokens_at = clock_timestamp(), tokens = 1e6,
        virtual_time = ${tenantId === one.tenantId ? 1e6 : 0}, turn_began = ${tenantId === one.tenantId ? 1e6 : 0}
        where tenant_id = ${tenantId}`;
    }
    const turns = [];
    for (let round = 0; round < 8; round += 1) turns.push((await fixture.lease())?.tenantId);
    expect(turns.filter((tenantId) => tenantId === one.tenantId).length).toBeGreaterThanOrEqual(3);
    await alone();
  });

  test("a tenant that was alone does not wait until a newcomer has had as many turns", async () => {
    await alone();
    const first = await fixture.running(2_000);
    for (let turn = 0; turn < 12; turn += 1) expect((await fixture.lease())?.tenantId).toBe(first.tenantId);
    // A tenant that had one turn just now and has nothing left does not set the virtual time back.
    const brief = await fixture.running(1);
    expect((await leaseDueJobs(fixture.sql, 2, 100)).some((lease) => lease.tenantId === brief.tenantId)).toBe(
      true,
    );
    const newcomer = await fixture.running(2_000);
    await fixture.sql`update tenant_dispatch set tokens_at = tokens_at - interval '1 minute'`;
    const turns = [];
    for (let turn = 0; turn < 8; turn += 1) turns.push((await fixture.lease())?.tenantId);
    expect(turns.filter((tenantId) => tenantId === newcomer.tenantId)).toHaveLength(4);
    await alone();
  });

  test("parallel workers lease no message twice", async () => {
    await alone();
    const { jobIds } = await fixture.running(600);
    const leases = await Promise.all(Array.from({ length: 12 }, () => fixture.lease(50)));
    let more = await fixture.lease(600);
    const leased = leases.flatMap((lease) => lease?.jobIds ?? []);
    while (more) {
      leased.push(...more.jobIds);
      more = await fixture.lease(600);
    }
    expect(leased.toSorted()).toEqual(jobIds.toSorted());
    await alone();
  });

  test("a tenant whose messages are all on tickets does not block the others, and loses no turn", async () => {
    await alone();
    const [first, second] = [await fixture.running(5), await fixture.running(5)];
    await fixture.sql`update tenant_dispatch set virtual_time = 100 where tenant_id = ${second.tenantId}`;
    expect((await fixture.lease())?.tenantId).toBe(first.tenantId);
    await refill(first.tenantId);
    const before = await virtualTime(first.tenantId);
    expect((await leaseDueJobs(fixture.sql, 12, 100)).map((lease) => lease.tenantId)).toEqual([
      second.tenantId,
    ]);
    expect(await virtualTime(first.tenantId)).toBe(before);
    await alone();
  });

  test("a long text goes out by a number that is slower than it is long", async () => {
    await alone();
    const { tenant, number, people, campaign, frozen, sql } = fixture;
    const tenantId = await tenant();
    await number(tenantId, { segmentsPerSecond: 1 });
    await people(tenantId, { phones: 3 });
    const campaignId = await campaign(tenantId);
    await frozen(campaignId);
    await sql`update campaigns set segments_estimate = 4 where id = ${campaignId}`;
    await refill(tenantId);
    expect((await fixture.lease())?.jobIds).toHaveLength(1);
    expect(await fixture.lease()).toBeNull();
    await refill(tenantId);
    expect((await fixture.lease())?.jobIds).toHaveLength(1);
    await alone();
  });

  test("no more is leased than the numbers can send in a second", async () => {
    await alone();
    const { tenant, number, people, campaign, frozen } = fixture;
    const tenantId = await tenant();
    await number(tenantId, { segmentsPerSecond: 30 });
    await people(tenantId, { phones: 200 });
    await frozen(await campaign(tenantId));
    await refill(tenantId);
    expect((await fixture.lease())?.jobIds).toHaveLength(30);
    await alone();
  });
});

describe("leases", () => {
  test("a lost ticket's messages are leased again, those of a returned ticket at once", async () => {
    await alone();
    const { sql, running } = fixture;
    const { jobIds, tenantId } = await running(5);
    const lost = await fixture.lease();
    expect(lost?.jobIds.toSorted()).toEqual(jobIds.toSorted());
    await refill(tenantId);
    expect(await fixture.lease()).toBeNull();
    await sql`update send_leases set expires_at = expires_at - interval '31 seconds' where tenant_id = ${tenantId}`;
    const again = await fixture.lease();
    expect(again?.jobIds).toHaveLength(5);
    await endLease(sql, again!);
    await refill(tenantId);
    expect((await fixture.lease())?.jobIds).toHaveLength(5);
    await sweepLeases(sql);
    const left = await sql`select id from send_leases where tenant_id = ${tenantId}`;
    expect(left).toHaveLength(1);
    expect(left[0]!.id).not.toBe(lost!.leaseId);
    await alone();
  });

  test("messages that are locked stay leased, the others of their ticket do not", async () => {
    await alone();
    const { sql, running, claim } = fixture;
    const { tenantId, jobIds } = await running(5);
    await sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenantId}`;
    await sql.begin(async (tx) => {
      await tx`select 1 from send_jobs where id = any(${jobIds.slice(0, 2)}::uuid[]) for update`;
      await sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
      const lease = await fixture.lease();
      await sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenantId}`;
      const { held, skipped } = await claim(tenantId, lease!.jobIds);
      expect({ held, skipped: skipped.toSorted() }).toEqual({ held: 3, skipped: jobIds.slice(0, 2) });
      await endLease(sql, lease!, skipped);
    });
    await sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    expect(await releaseHolds(sql)).toBe(3);
    await refill(tenantId);
    expect((await fixture.lease())?.jobIds.toSorted()).toEqual(jobIds.slice(2));
    await sql`update send_leases set expires_at = expires_at - interval '31 seconds' where tenant_id = ${tenantId}`;
    await refill(tenantId);
    expect((await fixture.lease())?.jobIds).toHaveLength(5);
    await alone();
  });

  test("messages released from a budget hold are leased once, not again while their ticket is on its way", async () => {
    await alone();
    const { sql, running, claim } = fixture;
    const { tenantId, jobIds } = await running(20, { dailyBudgetCents: 0 });
    expect(await claim(tenantId, jobIds)).toMatchObject({ held: 20 });
    expect(await fixture.lease()).toBeNull();
    await sql`update tenants set daily_budget_cents = 1000000 where id = ${tenantId}`;
    expect(await releaseHolds(sql)).toBe(20);
    expect((await fixture.lease())?.jobIds).toHaveLength(20);
    expect(await releaseHolds(sql)).toBe(0);
    expect(await fixture.lease()).toBeNull();
    await alone();
  });

  test("a pause lifted by hand releases only what waited for it", async () => {
    await alone();
    const { sql, running, claim } = fixture;
    const { tenantId, jobIds } = await running(4);
    await sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenantId}`;
    await claim(tenantId, jobIds);
    expect(await releaseHolds(sql)).toBe(0);
    await sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    expect((await Promise.all([releaseHolds(sql), releaseHolds(sql)])).reduce((sum, one) => sum + one)).toBe(
      4,
    );
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(4);
    await alone();
  });

  test("the search for due messages does not read those that wait for the morning", async () => {
    await alone();
    const { sql, running } = fixture;
    const { tenantId, campaignId } = await running(8_000);
    await sql`update send_jobs set due_at = clock_timestamp() + interval '8 hours' where tenant_id = ${tenantId}`;
    await fixture.owner`vacuum analyze send_jobs`;
    const [plan] = await sql<{ "QUERY PLAN": { Plan: Plan }[] }[]>`
      explain (analyze, format json) select 1 from send_jobs j
      where j.campaign_id = ${campaignId} and j.status = 'queued' and j.due_at <= statement_timestamp()`;
    expect(rowsRead(plan!["QUERY PLAN"][0]!.Plan)).toBeLessThan(100);
    expect(await fixture.lease()).toBeNull();
    await alone();
  });
});

interface Plan {
  "Actual Rows": number;
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
}
const rowsRead = (plan: Plan): number =>
  plan["Actual Rows"] +
  (plan["Rows Removed by Filter"] ?? 0) +
  (plan.Plans ?? []).reduce((sum, one) => sum + rowsRead(one), 0);
