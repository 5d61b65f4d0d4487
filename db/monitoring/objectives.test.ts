import { afterEach, beforeEach, expect, test } from "vitest";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { readObjectives, readRecoveryPointHours, rollUpObjectives } from "./objectives.ts";
import { recordServiceMinute } from "./service-minutes.ts";

let fixture: SendFixture;
let tenantId: string;
/** When the test began. Which minutes are decided must not depend on a minute that ends during the test. */
let began: Date;
beforeEach(async () => {
  fixture = await openSendFixture();
  tenantId = await fixture.tenant();
  const [row] = await fixture.sql<{ at: Date }[]>`select clock_timestamp() as at`;
  began = row!.at;
});
afterEach(() => fixture.close());

/** Writes the counts of the minute `minutesAgo` minutes before the one in which the test began. */
async function minute(
  minutesAgo: number,
  send: Record<string, number>,
  api: Record<string, number> | null = {},
) {
  const { sql } = fixture;
  const [row] = await sql<{ at: Date }[]>`
    select date_trunc('minute', ${began}::timestamptz) - make_interval(mins => ${minutesAgo}) as at`;
  await sql`insert into send_minutes ${sql({ minute: row!.at, tenant_id: tenantId, shard: minutesAgo, ...send })}`;
  if (api)
    await sql`insert into service_minutes ${sql({ minute: row!.at, service: "api", instance: "a", ...api })}`;
}

test("every minute is added once after five minutes, by any number of workers", async () => {
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
  // These minutes are not decided yet.
  await minute(5, { handed_over: 900, delivered_in_time: 0, heard: 900 }, { requests: 900 });
  await Promise.all([1, 2, 3].map(() => rollUpObjectives(sql, began)));
  await rollUpObjectives(sql, began);
  const objectives = await readObjectives(sql);
  expect(objectives.delivery).toMatchObject({ good: 190, total: 200, share: 0.95, isMet: true });
  expect(objectives["webhook-lag"]).toMatchObject({ good: 190, total: 200 });
  expect(objectives["api-response"]).toMatchObject({ good: 99, total: 100 });

  // Later the open minutes are decided, and earlier ones do not count again.
  await rollUpObjectives(sql, new Date(began.getTime() + 3 * 60_000));
  expect((await readObjectives(sql)).delivery).toMatchObject({ good: 190, total: 1_100, isMet: false });
});

test("a minute without an API and its database is down, from the first one on", async () => {
  const { sql } = fixture;
  for (const minutesAgo of [40, 39, 38, 36, 35, 30]) await minute(minutesAgo, {});
  await minute(29, {}, null);
  await rollUpObjectives(sql);
  const { availability } = await readObjectives(sql);
  // Minutes 40 to 7, or to 6 if the clock has advanced.
  expect(availability.good).toBe(6);
  expect([34, 35, 36]).toContain(availability.total);
  expect(availability.isMet).toBe(false);
});

test("a process adds to its minute and never overwrites another's", async () => {
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
  for (const objectives of Object.values(await readObjectives(fixture.sql)))
    expect(objectives.share).toBeNull();
});
