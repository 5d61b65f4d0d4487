import { occursAt, type SeriesRule } from "@smscrm/core/campaigns/timing/occurrences";
import { localDay } from "@smscrm/core/time/budget-period";
import { wallTime } from "@smscrm/core/time/wall-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { violations } from "../../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture } from "../../testing/send-fixture.ts";
import { changeSeries, findSeries, insertSeries, launchSeries, listOccurrences } from "./series.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const SYDNEY = "Australia/Sydney";
const DAY_MS = 86_400_000;
const dayBefore = (day: string, days: number) =>
  new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);

/** Every day, at the minute that has just begun in Sydney. */
const everyDay = (): SeriesRule => ({
  ...{ every: "week", weekdays: [1, 2, 3, 4, 5, 6, 7], time: wallTime(SYDNEY, new Date())! },
});

/** A series whose last days are still to be dealt with: today's, and those of `daysLate` days before. */
async function due(
  daysLate: number,
  given: { sendsLate?: boolean; endsToday?: boolean; rule?: SeriesRule } = {},
) {
  const { tenant, number, people, campaign, database } = fixture;
  const tenantId = await tenant();
  await number(tenantId);
  await people(tenantId, { phones: 3 });
  const campaignId = await campaign(tenantId, { status: "draft", messagesPerMinute: 90 });
  const rule = given.rule ?? everyDay();
  const today = localDay(SYDNEY, new Date());
  const [doneThrough, endsOn] = [dayBefore(today, daysLate + 1), given.endsToday ? today : null];
  const nextAt = occursAt(rule, dayBefore(today, daysLate), SYDNEY);
  const inTenant = <T>(work: (tx: TenantTransaction) => Promise<T>) => database.asTenant(tenantId, work);
  const seriesId = await inTenant((tx) =>
    insertSeries(tx, tenantId, campaignId, tenantId, {
      ...{ rule, endsOn, sendsLate: given.sendsLate ?? false, doneThrough, nextAt },
    }),
  );
  const occurrences = () => inTenant((tx) => listOccurrences(tx, tenantId, campaignId, 20));
  const series = () => inTenant((tx) => findSeries(tx, tenantId, campaignId));
  const change = (to: Parameters<typeof changeSeries>[3]) =>
    inTenant((tx) => changeSeries(tx, tenantId, campaignId, to));
  return { tenantId, campaignId, seriesId, today, occurrences, series, change };
}

describe("a series", () => {
  test("of more people than its author may launch to alone waits for an approval, each time", async () => {
    const { sql } = fixture;
    const userOf = async (tenantId: string, role: string) => {
      const [user] = await sql<{ id: string }[]>`
        insert into users (name, email, password_hash)
        values (${role}, ${`${role}.${tenantId}@example.com`}, 'x') returning id`;
      await sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${user!.id}, ${role})`;
      return user!.id;
    };
    const run = async (
      limits: object,
      { editor = "owner", rule }: { editor?: string; rule?: SeriesRule },
    ) => {
      const series = await due(0, rule ? { rule } : {});
      const { tenantId, campaignId, seriesId } = series;
      await sql`update tenants set launch_limits = ${sql.json(limits as never)} where id = ${tenantId}`;
      await sql`update campaign_series set created_by = ${await userOf(tenantId, "owner")} where id = ${seriesId}`;
      if (editor !== "owner")
        await sql`update campaigns set edited_by = ${await userOf(tenantId, editor)} where id = ${campaignId}`;
      else
        await sql`update campaigns set created_by = (select created_by from campaign_series where id = ${seriesId})
        where id = ${campaignId}`;
      await launchSeries(sql);
      const [occurrence] = await series.occurrences();
      const [row] = await sql<{ reason: string | null }[]>`
        select not_launched_reason as reason from campaigns where id = ${occurrence!.campaignId}`;
      return { ...occurrence, reason: row!.reason };
    };
    expect(await run({ operator: 2 }, {})).toMatchObject({ status: "launching", reason: null });
    expect(await run({ owner: 3 }, {})).toMatchObject({ status: "launching" });
    expect(await run({ owner: 2 }, {})).toMatchObject({
      ...{ status: "draft", isMissed: false },
      reason: expect.stringMatching(
        /^This goes to 3 recipients, and its author may launch to 2 recipients alone/,
      ),
    });
    // An owner repeats it, and an operator has changed its text since.
    expect(await run({ operator: 2 }, { editor: "operator" })).toMatchObject({ status: "draft" });
    expect(await run({ operator: 3 }, { editor: "operator" })).toMatchObject({ status: "launching" });
  });

  test("launches each occurrence once, with many workers at once and after a death in between", async () => {
    const { sql } = fixture;
    const { seriesId, today, occurrences, series } = await due(0);
    // A worker that dies before it commits.
    await sql
      .begin(async (tx) => {
        await tx`update campaign_series set done_through = ${today} where id = ${seriesId}`;
        throw new Error("killed");
      })
      .catch(() => {});
    const rounds = await Promise.all(Array.from({ length: 8 }, () => launchSeries(sql)));
    expect(rounds.flat().filter((round) => round.seriesId === seriesId)).toEqual([
      { seriesId, launched: 1, missed: 0 },
    ]);
    // Even a series that was set back does not launch a day again.
    await sql`update campaign_series set done_through = done_through - 1, next_at = now() where id = ${seriesId}`;
    expect(await launchSeries(sql)).toContainEqual({ seriesId, launched: 0, missed: 0 });
    const [only, ...more] = await occurrences();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ day: today, status: "launching", isMissed: false });
    expect((await series())!.nextAt!.getTime()).toBeGreaterThan(Date.now());
    const jobs = await fixture.frozen(only!.campaignId);
    expect(jobs).toHaveLength(3);
    const [copy] =
      await sql`select name, body, kind, messages_per_minute as limit from campaigns where id = ${only!.campaignId}`;
    expect(copy).toMatchObject({ name: `News, ${today}`, kind: "campaign", limit: 90 });
    expect(await violations(sql)).toEqual([]);
  });

  test("records what it missed while everything was down, and sends none of it late", async () => {
    const { seriesId, today, occurrences } = await due(3);
    expect(await launchSeries(fixture.sql)).toContainEqual({ seriesId, launched: 1, missed: 3 });
    expect((await occurrences()).map(({ day, isMissed }) => [day, isMissed])).toEqual([
      [today, false],
      ...[1, 2, 3].map((days) => [dayBefore(today, days), true]),
    ]);
  });

  test("that sends late launches only the newest of what it missed", async () => {
    const { sql } = fixture;
    const { seriesId, occurrences, today } = await due(2, { sendsLate: true });
    const hour = (SYDNEY_HOUR() + 24 - 3) % 24;
    const rule = { ...everyDay(), time: `${String(hour).padStart(2, "0")}:00` };
    await sql`update campaign_series set rule = ${sql.json(rule as never)} where id = ${seriesId}`;
    await launchSeries(sql);
    const launched = (await occurrences()).filter(({ isMissed }) => !isMissed);
    expect(launched).toHaveLength(1);
    expect([today, dayBefore(today, 1)]).toContain(launched[0]!.day);
  });

  test("of birthdays texts those whose day it is, and nobody twice in a year", async () => {
    const { sql } = fixture;
    const { time } = everyDay();
    const rule: SeriesRule = { every: "year", field: "birthday", offsetDays: 1, time };
    const { tenantId, seriesId, today, occurrences } = await due(0, { rule });
    const people = await sql<
      { id: string }[]
    >`select id from contacts where tenant_id = ${tenantId} order by id`;
    const born = (at: number, day: string) =>
      sql`update contacts set custom = ${sql.json({ birthday: `1990-${day.slice(5)}` })} where id = ${people[at]!.id}`;
    // A day that is nobody's has no campaign.
    const before = { seriesId, launched: 0, missed: 0 };
    expect(await launchSeries(sql)).toContainEqual(before);
    expect(await occurrences()).toEqual([]);
    const again = () =>
      sql`update campaign_series set done_through = ${dayBefore(today, 1)}, next_at = now() where id = ${seriesId}`;
    await born(0, dayBefore(today, 1));
    await born(1, today);
    await again();
    expect(await launchSeries(sql)).toContainEqual({ ...before, launched: 1 });
    const [first] = await occurrences();
    const jobs = await fixture.frozen(first!.campaignId);
    expect(jobs).toHaveLength(1);
    const { messages } = await fixture.claim(tenantId, jobs);
    expect(messages).toHaveLength(1);
    // The day after: their date was corrected by a day, and another contact has the same number's history.
    await sql`update campaigns set occurs_on = ${dayBefore(today, 1)} where id = ${first!.campaignId}`;
    await born(2, dayBefore(today, 1));
    await again();
    expect(await launchSeries(sql)).toContainEqual({ ...before, launched: 1 });
    const [second] = await occurrences();
    const [job, ...more] = await fixture.frozen(second!.campaignId);
    expect(more).toEqual([]);
    const [row] = await sql`select contact_id from send_jobs where id = ${job!}`;
    expect(row!.contact_id).toBe(people[2]!.id);
  });

  test("waits while its tenant's sending is paused, or it is paused itself, and ends with its last day", async () => {
    const { sql } = fixture;
    const { tenantId, seriesId, series, occurrences, change } = await due(0, { endsToday: true });
    const isDue = async () => (await launchSeries(sql)).some((round) => round.seriesId === seriesId);
    await sql`update tenants set sending_paused_at = now() where id = ${tenantId}`;
    expect(await isDue()).toBe(false);
    await sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    await change({ paused: true });
    expect(await isDue()).toBe(false);
    const { doneThrough, nextAt } = (await series())!;
    await change({ doneThrough, nextAt });
    expect(await isDue()).toBe(true);
    expect(await series()).toBeNull();
    expect(await occurrences()).toHaveLength(1);
    expect(await change({ ended: true })).toBe(false);
  });
});

const SYDNEY_HOUR = () => Number(wallTime(SYDNEY, new Date())!.slice(0, 2));
