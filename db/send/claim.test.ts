import { ALWAYS_OPEN, closesFirst, type DayWindow } from "@smscrm/core/time/quiet-hours";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setLimits } from "../platform/limits.ts";
import { violations } from "../testing/ledger-checks.ts";
import { countRowsRead } from "../testing/rows-read.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { lockJobs } from "./claim/facts.ts";
import { settleSends } from "./settle.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const BY = { by: "op@host", userId: null };
const AU_PRICE_MICROS = 51_500;
const MINUTE_MS = 60_000;
/** HH:MM of an instant in Sydney. */
const sydney = (at: Date) =>
  at.toLocaleTimeString("en-GB", { timeZone: "Australia/Sydney", hour: "2-digit", minute: "2-digit" });
const all = (window: DayWindow): readonly DayWindow[] => Array.from({ length: 7 }, () => window);

/** Hours that are closed in Sydney now, at any time of day. */
function closedNow(now = new Date()): readonly DayWindow[] {
  return sydney(now) >= "12:00"
    ? all({ open: "02:00", close: "03:00" })
    : all({ open: "22:00", close: "23:00" });
}

describe("a claim commits", () => {
  test("an attempt with the exact text, before anything is sent, and the money reserved", async () => {
    const { claim, running, attempt, job, sql } = fixture;
    const { tenantId, jobIds } = await running(3);
    const { messages } = await claim(tenantId, jobIds);
    expect(messages).toHaveLength(3);
    for (const message of messages) {
      expect(await attempt(message.attemptId)).toMatchObject({ state: "sending", reserved: AU_PRICE_MICROS });
      expect(await job(message.jobId)).toMatchObject({ status: "sending", lastAttemptId: message.attemptId });
    }
    expect(await violations(sql)).toEqual([]);
  });

  test("nothing for a second ticket of the same jobs, at the same time or later", async () => {
    const { claim, running } = fixture;
    const { tenantId, jobIds } = await running(40);
    const claims = await Promise.all(Array.from({ length: 6 }, () => claim(tenantId, jobIds)));
    const attemptIds = claims.flatMap((one) => one.messages.map((message) => message.attemptId));
    expect(attemptIds).toHaveLength(40);
    expect((await claim(tenantId, jobIds)).messages).toEqual([]);
  });

  test("nothing for another tenant's jobs", async () => {
    const { claim, running } = fixture;
    const { jobIds } = await running(2);
    const other = await running(1);
    expect((await claim(other.tenantId, jobIds)).messages).toEqual([]);
  });
});

describe("a closed gate", () => {
  test("kill switch: held as Paused, and the reason is on the row", async () => {
    const { claim, running, job, sql } = fixture;
    const { tenantId, jobIds } = await running(2);
    await sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenantId}`;
    expect(await claim(tenantId, jobIds)).toMatchObject({ messages: [], held: 2 });
    expect(await job(jobIds[0]!)).toMatchObject({
      status: "queued",
      holdReason: "Paused",
      gate: "kill-switch",
    });
  });

  test("a paused or canceled campaign holds its own messages only", async () => {
    const { claim, running, campaign, frozen, sql } = fixture;
    const { tenantId, campaignId, jobIds } = await running(1);
    const other = await frozen(await campaign(tenantId));
    for (const status of ["paused", "canceled"]) {
      await sql`update campaigns set status = ${status} where id = ${campaignId}`;
      expect(await claim(tenantId, jobIds)).toMatchObject({ messages: [], held: 1 });
    }
    expect((await claim(tenantId, other)).messages).toHaveLength(1);
  });

  test("a do-not-contact row written by hand is in force at the next claim", async () => {
    const { claim, running, job, sql } = fixture;
    const { tenantId, jobIds } = await running(["+61402000001", "+61402000002"]);
    const [stopped] = await sql<{ id: string }[]>`
      select id from send_jobs where tenant_id = ${tenantId} and phone_e164 = '+61402000001'`;
    await sql`insert into do_not_contact (tenant_id, phone_e164) values (${tenantId}, '+61402000001')`;
    const { messages } = await claim(tenantId, jobIds);
    expect(messages.map((message) => message.to)).toEqual(["+61402000002"]);
    expect(await job(stopped!.id)).toMatchObject({ status: "failed", reason: "Do not contact" });
  });

  test("quiet hours: held until the window opens in the person's own zone", async () => {
    const { claim, running, job } = fixture;
    const quietHours = closedNow();
    const { tenantId, jobIds } = await running(1, { quietHours });
    await claim(tenantId, jobIds);
    const held = await job(jobIds[0]!);
    expect(held).toMatchObject({ status: "queued", holdReason: "Quiet hours" });
    expect(sydney(held.notBefore!)).toBe(quietHours[0]!.open);
    const afterOpeningMs = held.dueAt.getTime() - held.notBefore!.getTime();
    expect(afterOpeningMs).toBeGreaterThanOrEqual(0);
    expect(afterOpeningMs).toBeLessThanOrEqual(1_000);
  });

  test("an owner's recorded reason passes quiet hours", async () => {
    const { claim, running } = fixture;
    const { tenantId, jobIds } = await running(1, {
      quietHours: closedNow(),
      quietHoursOverrideReason: "Demonstration at night",
    });
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(1);
  });

  test("the platform's limit on sending hours holds it, whatever the tenant's hours and reasons say", async () => {
    const { claim, running, job, owner } = fixture;
    const { tenantId, jobIds } = await running(1, { quietHoursOverrideReason: "Demonstration at night" });
    const limit = closedNow();
    await setLimits(owner, BY, { tenantId, change: { sendingHours: limit }, reason: "Complaints" });
    // An operator's SQL can't widen them either; and without that check the claim still asks the limit.
    await expect(
      owner`update tenants set quiet_hours = ${owner.json(ALWAYS_OPEN as never)} where id = ${tenantId}`,
    ).rejects.toThrow(/tenants_sending_hours_limit/);
    await owner`alter table tenants drop constraint tenants_sending_hours_limit`;
    await owner`update tenants set quiet_hours = ${owner.json(ALWAYS_OPEN as never)} where id = ${tenantId}`;
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(0);
    const held = await job(jobIds[0]!);
    expect(held).toMatchObject({ status: "queued", holdReason: "Quiet hours" });
    expect(sydney(held.notBefore!)).toBe(limit[0]!.open);
  });

  test("a message that could go only after its expiry is refused as Expired at once", async () => {
    const { claim, running, job } = fixture;
    const soon = new Date(Date.now() + MINUTE_MS);
    const { tenantId, jobIds } = await running(1, { quietHours: closedNow(), expiresAt: soon });
    await claim(tenantId, jobIds);
    expect(await job(jobIds[0]!)).toMatchObject({ status: "failed", reason: "Expired" });
  });

  test("a frequency cap counts both campaigns of one ticket", async () => {
    const { claim, running, campaign, frozen, job, sql } = fixture;
    const { tenantId, jobIds } = await running(3, { capPerDay: 1 });
    const second = await frozen(await campaign(tenantId));
    const { messages } = await claim(tenantId, [...jobIds, ...second]);
    expect(new Set(messages.map((message) => message.to)).size).toBe(3);
    expect(messages).toHaveLength(3);
    const [held] = await sql<{ id: string }[]>`
      select id from send_jobs where tenant_id = ${tenantId} and status = 'queued' limit 1`;
    expect(await job(held!.id)).toMatchObject({ holdReason: "Frequency cap" });
  });
});

describe("the carrier may try", () => {
  test("five minutes at most", async () => {
    const { claim, running } = fixture;
    const { tenantId, jobIds } = await running(1);
    expect((await claim(tenantId, jobIds)).messages[0]).toMatchObject({ validitySeconds: 300 });
  });

  test("no longer than the person's window stays open", async () => {
    const { claim, running } = fixture;
    const close = sydney(new Date(Date.now() + 3 * MINUTE_MS));
    // Around midnight such a window would lie on two days.
    if (close < "00:10") return;
    const quietHours = all({ open: "00:00", close });
    const { tenantId, jobIds } = await running(1, { quietHours });
    const [message] = (await claim(tenantId, jobIds)).messages;
    const leftMs = closesFirst([quietHours], ["Australia/Sydney"], new Date())!.getTime() - Date.now();
    expect(message!.validitySeconds).toBeLessThanOrEqual(Math.ceil(leftMs / 1_000) + 1);
    expect(message!.validitySeconds).toBeGreaterThanOrEqual(Math.floor(leftMs / 1_000) - 1);
  });

  test("not past the campaign's expiry, and nothing goes in its last second", async () => {
    const { claim, running, job } = fixture;
    const inTenSeconds = await running(1, { expiresAt: new Date(Date.now() + 10_000) });
    const [message] = (await claim(inTenSeconds.tenantId, inTenSeconds.jobIds)).messages;
    expect(message!.validitySeconds).toBeLessThanOrEqual(10);
    const atOnce = await running(1, { expiresAt: new Date(Date.now() + 700) });
    expect((await claim(atOnce.tenantId, atOnce.jobIds)).messages).toEqual([]);
    expect(await job(atOnce.jobIds[0]!)).toMatchObject({ status: "failed", reason: "Expired" });
  });
});

describe("warm-up", () => {
  const today = new Date().toLocaleDateString("en-CA", { timeZone: "Australia/Sydney" });
  const warming = async (cap: number, people: number) => {
    const { tenant, number, people: add, campaign, frozen } = fixture;
    const tenantId = await tenant();
    await number(tenantId, { warmUp: { startedOn: today, schedule: [cap, cap, cap] } });
    await add(tenantId, { phones: people });
    return { tenantId, jobIds: await frozen(await campaign(tenantId)) };
  };

  test("concurrent claims never exceed the day's cap", async () => {
    const { claim, sql } = fixture;
    const { tenantId, jobIds } = await warming(7, 30);
    const claims = await Promise.all(
      Array.from({ length: 6 }, (_, at) => claim(tenantId, jobIds.slice(at * 5, at * 5 + 5))),
    );
    expect(claims.flatMap((one) => one.messages)).toHaveLength(7);
    const [held] =
      await sql`select count(*)::int as n from send_jobs where tenant_id = ${tenantId} and hold_reason = 'Warm-up'`;
    expect(held).toEqual({ n: 23 });
  });

  test("a released message returns its warm-up once, even if it is settled again", async () => {
    const { claim, sql } = fixture;
    const { tenantId, jobIds } = await warming(5, 5);
    const { messages } = await claim(tenantId, jobIds);
    const released = {
      attemptId: messages[0]!.attemptId,
      state: "released",
      holdReason: null,
      retryAt: null,
      code: null,
      httpStatus: null,
    } as const;
    for (let time = 0; time < 3; time += 1) await settleSends(sql, [released]);
    const [number] =
      await sql`select sent_today as "sentToday" from sending_numbers where tenant_id = ${tenantId}`;
    expect(number).toEqual({ sentToday: 4 });
  });

  test("moving the tenant to a zone where it is still yesterday gives no second allowance", async () => {
    const { claim, sql } = fixture;
    const { tenantId, jobIds } = await warming(3, 8);
    // On one side of the date line the date is always earlier than on the other.
    await sql`update tenants set timezone = 'Pacific/Kiritimati' where id = ${tenantId}`;
    const farAhead = new Date().toLocaleDateString("en-CA", { timeZone: "Pacific/Kiritimati" });
    await sql`update sending_numbers set warm_up_started_on = ${farAhead}::date - 1, warm_up_schedule = '{3,3,3}'
      where tenant_id = ${tenantId}`;
    expect((await claim(tenantId, jobIds.slice(0, 4))).messages).toHaveLength(3);
    await sql`update tenants set timezone = 'Pacific/Pago_Pago' where id = ${tenantId}`;
    expect((await claim(tenantId, jobIds.slice(4))).messages).toEqual([]);
  });
});

test("a claim right after an import and a launch reads a few rows for each message, statistics or none", async () => {
  const { sql, running } = fixture;
  const { tenantId, jobIds } = await running(2_000);
  await sql`insert into do_not_contact (tenant_id, phone_e164)
    select ${tenantId}, '+614020' || lpad(n::text, 5, '0') from generate_series(1, 2000) as n`;
  const ticket = jobIds.slice(0, 100);
  const { rows, result } = await sql.begin((tx) =>
    countRowsRead(
      (query) => tx.unsafe(query),
      ["send_jobs", "contacts", "do_not_contact", "send_attempts"],
      () => lockJobs(tx, tenantId, ticket),
    ),
  );
  expect(result.map((job) => job.jobId)).toEqual(ticket);
  expect(rows).toBeLessThan(1_000);
});
