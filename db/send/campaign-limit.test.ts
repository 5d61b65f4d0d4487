import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { leaseDueJobs } from "./dispatch.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const alone = () => fixture.sql`update campaigns set status = 'completed' where status = 'running'`;
/** Moves the tenant's clock of allowances. */
const pass = (tenantId: string, seconds: number) =>
  fixture.sql`update tenant_dispatch set tokens_at = tokens_at - make_interval(secs => ${seconds}) where tenant_id = ${tenantId}`;

/** Leases all that may go now, and returns how many of each campaign. */
async function leasedNow(): Promise<Record<string, number>> {
  const ids: string[] = [];
  for (;;) {
    const leases = await leaseDueJobs(fixture.sql, 8, 100);
    if (leases.length === 0) break;
    ids.push(...leases.flatMap(({ jobIds }) => jobIds));
  }
  const rows = await fixture.sql<{ id: string; jobs: number }[]>`
    select campaign_id as id, count(*)::int as jobs from send_jobs where id = any(${ids}::uuid[]) group by 1`;
  return Object.fromEntries(rows.map(({ id, jobs }) => [id, jobs]));
}

describe("a campaign's own speed limit", () => {
  test("lets no more go than it allows, minute by minute, over any pattern of turns", async () => {
    await alone();
    const { tenantId, campaignId } = await fixture.running(300, { messagesPerMinute: 60 });
    let leased = 0;
    let seconds = 0;
    for (const step of [0, 0.4, 0.4, 0.4, 3, 10, 0.2, 0.9, 0.9, 30]) {
      seconds += step;
      await pass(tenantId, step);
      leased += (await leasedNow())[campaignId] ?? 0;
      // One second's worth may be saved up, and the test's own time passes too.
      expect(leased).toBeLessThanOrEqual(seconds + 1 + 3);
    }
    expect(leased).toBeGreaterThanOrEqual(6);
    await alone();
  });

  test("goes at its limit as long as it is asked often enough", async () => {
    await alone();
    const { tenantId, campaignId } = await fixture.running(300, { messagesPerMinute: 600 });
    let leased = 0;
    for (let step = 0; step < 20; step += 1) {
      await pass(tenantId, 0.5);
      leased += (await leasedNow())[campaignId] ?? 0;
    }
    expect(leased).toBeGreaterThanOrEqual(95);
    expect(leased).toBeLessThanOrEqual(100 + 10 + 30);
    await alone();
  });

  test("costs neither the tenant's other campaigns nor other tenants their share", async () => {
    await alone();
    const slow = await fixture.running(500, { messagesPerMinute: 60 });
    const other = await fixture.campaign(slow.tenantId);
    await fixture.frozen(other);
    const neighbour = await fixture.running(500);
    const leased = await leasedNow();
    expect(leased[slow.campaignId]).toBeLessThanOrEqual(2);
    expect(leased[other]).toBe(500);
    expect(leased[neighbour.campaignId]).toBe(500);
    await alone();
  });

  test("is no burst for workers that lease at the same time", async () => {
    await alone();
    const { campaignId } = await fixture.running(500, { messagesPerMinute: 300 });
    const all = await Promise.all(Array.from({ length: 8 }, () => leasedNow()));
    const leased = all.reduce((sum, each) => sum + (each[campaignId] ?? 0), 0);
    expect(leased).toBeGreaterThanOrEqual(1);
    expect(leased).toBeLessThanOrEqual(15);
    await alone();
  });

  test("below one a minute's turn it waits whole messages, not parts", async () => {
    await alone();
    const { tenantId, campaignId } = await fixture.running(5, { messagesPerMinute: 1 });
    expect(await leasedNow()).toEqual({ [campaignId]: 1 });
    await pass(tenantId, 30);
    expect(await leasedNow()).toEqual({});
    await pass(tenantId, 31);
    expect(await leasedNow()).toEqual({ [campaignId]: 1 });
    await alone();
  });
});
