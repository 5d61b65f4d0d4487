import { afterEach, beforeEach, expect, test } from "vitest";
import { readObjectives, readRecoveryPointHours, rollUpObjectives } from "./objectives.ts";
import { recordServiceMinute } from "./service-minutes.ts";
import { openSendFixture, type SendFixture } from "./testing/send-fixture.ts";

let fixture: SendFixture;
let tenantId: string;
beforeEach(async () => {
  fixture = await openSendFixture();
  tenantId = await fixture.tenant();
});
afterEach(() => fixture.close());

/** Counts of the minute that was so many minutes before the present one. */
async function minute(
  minutesAgo: number,
  send: Record<string, number>,
  api: Record<string, number> | null = {},
) {
  const { sql } = fixture;
  const [row] = await sql<{ at: Date }[]>`
    select date_trunc('minute', now()) - make_interval(mins => ${minutesAgo}) as at`;
  await sql`insert into send_minutes ${sql({ minute: row!.at, tenant_id: tenantId, shard: minutesAgo, ...send })}`;
  if (api)
    await sql`insert into service_minutes ${sql({ minute: row!.at, service: "api", instance: "a", ...api })}`;
}

test("every minute is added once its five minutes are over, and only once, by however many workers", async () => {
  const { sql } = fixture;
  await minute(
    20,
    { handed_over: 100, delivered_in_time: 96, heard: 100, heard_in_time: 90 },
    { requests: 50, requests_fast: 49 },
  );
  await minute(
    12,
    { handed_over: 100, delivered_in_time: 94, heard: 100, heard_in_time: 100 },
    { requests: 50, requests_fast: 50 },
  );
  // Not yet decided.
  await minute(5, { handed_over: 900, delivered_in_time: 0, heard: 900 }, { requests: 900 });
  await Promise.all([rollUpObjectives(sql), rollUpObjectives(sql), rollUpObjectives(sql)]);
  await rollUpObjectives(sql);
  const standing = await readObjectives(sql);
  expect(standing.delivery).toMatchObject({ good: 190, total: 200, share: 0.95, isMet: true });
  expect(standing["webhook-lag"]).toMatchObject({ good: 190, total: 200 });
  expect(standing["api-response"]).toMatchObject({ good: 99, total: 100 });

  // Minutes go on: what was not decided is, and nothing before it counts again.
  await rollUpObjectives(sql, new Date(Date.now() + 3 * 60_000));
  expect((await readObjectives(sql)).delivery).toMatchObject({ good: 190, total: 1_100, isMet: false });
});

test("a minute in which no API was up with its database is a minute down, from the first one on", async () => {
  const { sql } = fixture;
  for (const minutesAgo of [40, 39, 38, 36, 35, 30]) await minute(minutesAgo, {});
  await minute(29, {}, null);
  await rollUpObjectives(sql);
  const { availability } = await readObjectives(sql);
  // Minutes 40 to 7 or, where the clock has moved on meanwhile, 6.
  expect(availability.good).toBe(6);
  expect([34, 35, 36]).toContain(availability.total);
  expect(availability.isMet).toBe(false);
});

test("a process adds to its minute and never takes another's away", async () => {
  const { sql } = fixture;
  const tally = { requests: 10, requestsFast: 9, requestsFailed: 1, databaseFailures: 2 };
  await recordServiceMinute(sql, "api", "a", tally);
  await recordServiceMinute(sql, "api", "a", tally);
  await recordServiceMinute(sql, "api", "b", tally);
  const [row] = await sql`
    select sum(requests)::int as requests, sum(requests_fast)::int as fast, sum(requests_failed)::int as failed,
      sum(database_failures)::int as lost, count(distinct instance)::int as instances from service_minutes`;
  expect(row).toEqual({ requests: 30, fast: 27, failed: 3, lost: 6, instances: 2 });
});

test("the recovery point is the age of the newest backup, or of the first tenant", async () => {
  await fixture.sql`update tenants set created_at = now() - interval '5 hours'`;
  expect(await readRecoveryPointHours(fixture.sql)).toBeCloseTo(5, 1);
});

test("nothing was measured yet", async () => {
  await rollUpObjectives(fixture.sql);
  for (const standing of Object.values(await readObjectives(fixture.sql))) expect(standing.share).toBeNull();
});
