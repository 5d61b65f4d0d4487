import type { LocalTime, PassedChoice } from "@smscrm/core/campaigns/timing/local-time";
import { MINUTE_MS, wallMs } from "@smscrm/core/time/wall-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const SYDNEY = "Australia/Sydney";
const PERTH = "Australia/Perth";
const PHONES: Record<string, string> = { [SYDNEY]: "+61401000001", [PERTH]: "+61401000002" };

/** The local time of a zone in some minutes. */
function timeIn(zone: string, minutes: number, passed: PassedChoice): LocalTime {
  const wall = new Date(wallMs(zone, Date.now() + minutes * MINUTE_MS)).toISOString();
  return { date: wall.slice(0, 10), time: wall.slice(11, 16), passed };
}

/** A tenant with one person in Sydney and one in Perth, and a campaign to both. */
async function launched(given: { localTime?: LocalTime; spreadMinutes?: number }) {
  const { tenant, number, people, campaign, frozen, job, sql } = fixture;
  const tenantId = await tenant();
  await number(tenantId);
  for (const [timezone, phone] of Object.entries(PHONES))
    await people(tenantId, { phones: [phone], timezone });
  const campaignId = await campaign(tenantId, given);
  await frozen(campaignId);
  const rows = await sql<{ id: string; phone: string }[]>`
    select id, phone_e164 as phone from send_jobs where campaign_id = ${campaignId}`;
  const idOf = (zone: string) => rows.find(({ phone }) => phone === PHONES[zone])!.id;
  return { tenantId, campaignId, jobOf: (zone: string) => job(idOf(zone)), idOf };
}

/** Perth is behind Sydney by two or three hours: an hour ago in Sydney is still to come in Perth. */
const anHourAgoInSydney = (passed: PassedChoice) => timeIn(SYDNEY, -60, passed);

describe("a campaign at a local time", () => {
  test("leases each message when it is that time where its recipient is, and no sooner", async () => {
    const { sql } = fixture;
    const { tenantId, campaignId, jobOf, idOf } = await launched({
      localTime: timeIn(SYDNEY, 30, "next-day"),
    });
    const [sydney, perth] = [await jobOf(SYDNEY), await jobOf(PERTH)];
    expect(sydney).toMatchObject({ status: "queued", holdReason: "Send time", gate: "send-time" });
    expect(sydney.notBefore).toEqual(sydney.dueAt);
    expect(perth.dueAt.getTime() - sydney.dueAt.getTime()).toBeGreaterThanOrEqual(120 * MINUTE_MS);
    expect(await fixture.lease()).toBeNull();
    const [counter] = await sql`
      select sum(jobs)::int as jobs from campaign_counters where campaign_id = ${campaignId} and reason = 'Send time'`;
    expect(counter!.jobs).toBe(2);
    // A ticket that nobody should have made changes nothing: the claim asks the gate again.
    const early = await fixture.claim(tenantId, [idOf(SYDNEY), idOf(PERTH)]);
    expect(early).toMatchObject({ messages: [], held: 2 });
    expect((await jobOf(PERTH)).dueAt).toEqual(perth.dueAt);
    // As if the launch were two hours ago, and the time an hour.
    await sql`update campaigns set launched_at = launched_at - interval '2 hours', local_time = ${sql.json(anHourAgoInSydney("next-day"))}
      where id = ${campaignId}`;
    const claim = await fixture.claim(tenantId, [idOf(SYDNEY), idOf(PERTH)]);
    expect(claim.messages.map(({ to }) => to)).toEqual([PHONES[SYDNEY]]);
    expect(await violations(sql)).toEqual([]);
  });

  test("that has passed for some goes to them the next day, not at all, or at once", async () => {
    const outcomes = new Map<PassedChoice, unknown>();
    for (const passed of ["next-day", "skip", "at-once"] as const) {
      const { tenantId, jobOf, idOf } = await launched({ localTime: anHourAgoInSydney(passed) });
      expect((await jobOf(PERTH)).holdReason).toBe("Send time");
      await fixture.claim(tenantId, [idOf(SYDNEY)]);
      const { status, reason, dueAt } = await jobOf(SYDNEY);
      const hours = Math.round((dueAt.getTime() - Date.now()) / (60 * MINUTE_MS));
      outcomes.set(passed, { status, reason, ...(status === "queued" && { hours }) });
    }
    expect(Object.fromEntries(outcomes)).toEqual({
      "next-day": {
        status: "queued",
        reason: null,
        hours: expect.toSatisfy((hours) => hours >= 22 && hours <= 24),
      },
      skip: { status: "failed", reason: "Send time passed" },
      "at-once": { status: "sending", reason: null },
    });
    expect(await violations(fixture.sql)).toEqual([]);
  });

  test("waits for the last zone where somebody may be", async () => {
    const { tenant, number, people, campaign, frozen, job } = fixture;
    const tenantId = await tenant();
    await number(tenantId);
    // An Australian mobile number says nothing about where in the country.
    await people(tenantId, { phones: ["+61401000009"], timezone: null });
    await people(tenantId, { phones: ["+61401000010"], timezone: PERTH });
    const ids = await frozen(await campaign(tenantId, { localTime: timeIn(PERTH, 60, "next-day") }));
    const [unknown, perth] = await Promise.all(ids.map(job));
    expect(unknown!.dueAt).toEqual(perth!.dueAt);
  });

  test("held for its time, a paused campaign that is resumed does not go early", async () => {
    const { sql } = fixture;
    const { tenantId, jobOf, idOf } = await launched({ localTime: timeIn(SYDNEY, 30, "next-day") });
    const before = (await jobOf(SYDNEY)).dueAt;
    await sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenantId}`;
    await fixture.claim(tenantId, [idOf(SYDNEY)]);
    expect((await jobOf(SYDNEY)).holdReason).toBe("Paused");
    await sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    await sql`update send_jobs set due_at = clock_timestamp(), not_before = null, hold_reason = null where id = ${idOf(SYDNEY)}`;
    expect(await fixture.claim(tenantId, [idOf(SYDNEY)])).toMatchObject({ messages: [], held: 1 });
    expect(await jobOf(SYDNEY)).toMatchObject({ holdReason: "Send time", dueAt: before });
  });
});

describe("a campaign that is spread", () => {
  test("is due evenly from its launch to its end, the same when it is frozen again", async () => {
    const { tenant, number, people, campaign, frozen, sql } = fixture;
    const tenantId = await tenant();
    await number(tenantId);
    await people(tenantId, { phones: 6_000 });
    const campaignId = await campaign(tenantId, { spreadMinutes: 120 });
    await frozen(campaignId);
    const tenths = await sql<{ tenth: number; jobs: number }[]>`
      select floor(extract(epoch from j.due_at - c.launched_at) / 720)::int as tenth, count(*)::int as jobs
      from send_jobs j join campaigns c on c.id = j.campaign_id where c.id = ${campaignId} group by 1 order by 1`;
    expect(tenths.map(({ tenth }) => tenth)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { jobs } of tenths) expect(Math.abs(jobs - 600)).toBeLessThan(120);
    const dueAt = () =>
      sql`select id, due_at, verdict from send_jobs where campaign_id = ${campaignId} order by id`;
    const before = await dueAt();
    await sql`update campaigns set status = 'launching', materialize_cursor = null where id = ${campaignId}`;
    await frozen(campaignId);
    expect(await dueAt()).toEqual(before);
    expect(await violations(sql)).toEqual([]);
  });

  test("starts at the local time where it has one", async () => {
    const { jobOf } = await launched({ localTime: timeIn(SYDNEY, 30, "skip"), spreadMinutes: 5 });
    const inMinutes = ((await jobOf(SYDNEY)).dueAt.getTime() - Date.now()) / MINUTE_MS;
    expect(inMinutes).toBeGreaterThan(28);
    expect(inMinutes).toBeLessThan(35);
  });
});
