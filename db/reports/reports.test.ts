import { randomUUID } from "node:crypto";
import { DIMENSIONS, FIGURES } from "@smscrm/core/reports/figures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "../postgres/page.ts";
import { timeOrderedId } from "../postgres/time-ordered-ids.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { checkSlots, endCheck, takeCheck } from "./check.ts";
import { backfillAnswers, backfillChanges, countChanges } from "./count.ts";
import { readTable } from "./read.ts";
import { type CountedMessages, listCountedMessages } from "./rows.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

async function countAll(): Promise<void> {
  for (;;) {
    const round = await countChanges(fixture.sql);
    if (round && !round.more) return;
  }
}

/** A pseudo-random number below `below`, the same in every run with this seed. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Row = Record<string, string | number>;

/** Counts everything again from the rows, in another way than the product: in JavaScript, message by message. */
async function recount(tenantId: string, zone: string): Promise<Map<string, Row>> {
  const { owner } = fixture;
  const jobs = await owner`
    select j.*, c.kind, c.shorten_links from send_jobs j join campaigns c on c.id = j.campaign_id where j.tenant_id = ${tenantId}`;
  const attempts = await owner`select * from send_attempts where tenant_id = ${tenantId}`;
  const replies = await owner`select * from inbound_messages where tenant_id = ${tenantId}`;
  const optOuts = await owner`select * from opt_out_messages where tenant_id = ${tenantId}`;
  const clicks = await owner`select * from link_clicks where tenant_id = ${tenantId}`;
  const local = new Intl.DateTimeFormat("en-CA", {
    ...{
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      hourCycle: "h23",
    },
  });
  const parts = (at: Date) => {
    const of = Object.fromEntries(local.formatToParts(at).map(({ type, value }) => [type, value]));
    return { day: `${of.year}-${of.month}-${of.day}`, hour: String(Number(of.hour)) };
  };
  const sums = new Map<string, Row>();
  const add = (at: Date, keys: [string, string][], figures: Record<string, number>) => {
    const { day, hour } = parts(at);
    for (const [dimension, key] of [["total", ""], ["hour", hour], ...keys] as [string, string][]) {
      const name = `${day} ${dimension} ${key}`;
      const row = sums.get(name) ?? {};
      for (const [figure, n] of Object.entries(figures)) row[figure] = Number(row[figure] ?? 0) + n;
      sums.set(name, row);
    }
  };
  const counted = ["accepted", "rejected", "unknown", "presumed-sent"];
  for (const job of jobs) {
    const own = attempts.filter((a) => a.send_job_id === job.id);
    const campaign = ["campaign", "flow"].includes(job.kind) ? job.campaign_id : job.kind;
    for (const a of own.filter((one) => counted.includes(one.state))) {
      const isLast = a.id === job.last_attempt_id;
      const delivered = ["delivered", "read"].includes(a.carrier_status);
      const failed = (a.state === "rejected" || a.final_at !== null) && !delivered;
      const cost = Number(a.spent_micros) + Number(a.reserved_micros);
      const keys: [string, string][] = [
        ["campaign", campaign],
        ["sender", a.sending_number_id],
        ["country", job.country ?? ""],
      ];
      if (isLast && failed) keys.push(["failed", job.failure_reason ?? ""]);
      add(a.claimed_at, keys, {
        sent: Number(isLast),
        delivered: Number(isLast && delivered && a.final_at !== null),
        failed: Number(isLast && failed),
        replied: Number(isLast && replies.some((r) => r.answers_attempt_id === a.id)),
        opted_out: Number(isLast && optOuts.some((o) => o.attempt_id === a.id)),
        clicked: Number(isLast && job.shorten_links && clicks.some((k) => k.send_job_id === job.id)),
        segments: a.segments,
        cost_micros: cost,
        estimated_micros: a.price_source === "carrier" ? 0 : cost,
      });
    }
    const last = own.find((a) => a.id === job.last_attempt_id);
    const isRefused = ["failed", "canceled"].includes(job.status) && job.gate !== "carrier";
    if (isRefused && !(last && counted.includes(last.state)))
      add(
        job.final_at,
        [
          ["campaign", campaign],
          ["sender", job.sending_number_id ?? ""],
          ["country", job.country ?? ""],
          ["not-sent", job.failure_reason ?? ""],
        ],
        { not_sent: 1 },
      );
  }
  for (const [name, row] of sums) if (Object.values(row).every((n) => n === 0)) sums.delete(name);
  return sums;
}

async function stored(tenantId: string): Promise<Map<string, Row>> {
  const rows = await fixture.owner`select *, day::text from report_days where tenant_id = ${tenantId}`;
  return new Map(
    rows.map(({ tenant_id: _, day, dimension, key, ...figures }) => [
      `${day} ${dimension} ${key}`,
      Object.fromEntries(Object.entries(figures).map(([name, n]) => [name, Number(n)])),
    ]),
  );
}

async function expectSame(tenantId: string, zone: string): Promise<void> {
  const [is, should] = [await stored(tenantId), await recount(tenantId, zone)];
  expect([...is.keys()].sort()).toEqual([...should.keys()].sort());
  for (const [name, row] of should)
    for (const [figure, n] of Object.entries(row))
      expect([name, figure, is.get(name)![figure]]).toEqual([name, figure, n]);
}

/** A tenant with two senders, and campaigns of every kind that counts in its own way. */
async function openTenant(timezone: string) {
  const { sql } = fixture;
  const tenantId = await fixture.tenant({ timezone });
  const senders = [await fixture.number(tenantId), await fixture.number(tenantId)];
  const phones = Array.from({ length: 12 }, (_, at) => `+61491570${String(100 + at)}`);
  const contacts = await fixture.people(tenantId, { phones });
  const campaigns: { id: string; kind: string }[] = [];
  for (const kind of ["campaign", "campaign", "flow", "reply"]) {
    const [row] = await sql<{ id: string }[]>`
      insert into campaigns (tenant_id, kind, name, body, audience, status, launched_at, shorten_links)
      values (${tenantId}, ${kind}, ${kind}, 'Hello', '{"kind":"all"}', 'running', now(), ${campaigns.length === 0}) returning id`;
    campaigns.push({ id: row!.id, kind });
  }
  return { tenantId, senders, phones, contacts, campaigns };
}

type Tenant = Awaited<ReturnType<typeof openTenant>>;

/** Does something random to the tenant's rows, as the pipeline might; `at` is a time of the past. */
async function act(tenant: Tenant, roll: (below: number) => number, at: () => Date): Promise<void> {
  const { sql } = fixture;
  const { tenantId, senders, phones, contacts, campaigns } = tenant;
  const pick = <T>(from: readonly T[]) => from[roll(from.length)]!;
  const anyAttempt = async () => {
    const rows = await sql`select * from send_attempts where tenant_id = ${tenantId} order by id`;
    return rows.length > 0 ? pick(rows) : null;
  };
  const person = roll(phones.length);
  switch (roll(9)) {
    case 0:
    case 1: {
      // A message and its first attempt, or one more of a message that is there.
      const [job] = await sql`
        insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
        values (${tenantId}, ${pick(campaigns).id}, ${contacts[person]!}, ${phones[person]!}, ${pick(["AU", "NZ"])})
        on conflict (contact_id, campaign_id) do update set attempts = send_jobs.attempts + 1 returning id, attempts`;
      const claimed = at();
      const attemptId = timeOrderedId(claimed);
      await sql`
        insert into send_attempts (id, tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
          body, segments, validity_seconds, budget_day, budget_month, reserved_micros, claimed_at, state)
        select ${attemptId}, ${tenantId}, id, campaign_id, ${job!.attempts + 1}, ${pick(senders).id}, '+61480001001', phone_e164,
          'Hello', ${1 + roll(3)}, 300, '2026-01-01', '2026-01-01', 51500, ${claimed}, ${pick(["sending", "sending", "accepted"])}
        from send_jobs where id = ${job!.id}`;
      await sql`update send_jobs set last_attempt_id = ${attemptId}, status = 'sending' where id = ${job!.id}`;
      return;
    }
    case 2:
    case 3: {
      // A status, at once or days later.
      const a = await anyAttempt();
      if (!a) return;
      const state = pick(["accepted", "accepted", "rejected", "unknown", "released", "presumed-sent"]);
      const status =
        state === "accepted" ? pick(["queued", "sent", "delivered", "undelivered", "read"]) : null;
      const final = status !== null && !["queued", "sent"].includes(status);
      await sql`
        update send_attempts set state = ${state}, carrier_status = ${status}, reserved_micros = 0,
          spent_micros = ${state === "accepted" ? 51500 : 0}, final_at = ${final ? new Date() : null} where id = ${a.id}`;
      const failed = state === "rejected" || status === "undelivered";
      await sql`
        update send_jobs set status = ${failed ? "failed" : state === "released" ? "queued" : final ? "delivered" : "sent"},
          gate = ${failed ? "carrier" : null}, final_at = ${failed || final ? new Date() : null},
          failure_reason = ${failed ? pick(["Undelivered", "Provider error"]) : null}
        where id = ${a.send_job_id} and last_attempt_id = ${a.id}`;
      return;
    }
    case 4: {
      const a = await anyAttempt();
      if (a)
        await sql`update send_attempts set spent_micros = ${roll(90_000)}, price_source = 'carrier' where id = ${a.id}`;
      return;
    }
    case 5:
      await sql`
        insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind, created_at)
        values (${tenantId}, ${`SM${randomUUID()}`}, ${phones[person]!}, '+61480001001', 'Yes', 'none', ${at()})`;
      return;
    case 6:
      await sql`
        insert into do_not_contact (tenant_id, phone_e164, source, created_at)
        values (${tenantId}, ${phones[person]!}, ${pick(["reply", "link", "manual"])}, ${at()}) on conflict do nothing`;
      if (roll(2) === 0)
        await sql`delete from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${phones[person]!}`;
      return;
    case 7: {
      const a = await anyAttempt();
      if (!a) return;
      if (roll(4) === 0)
        await sql`delete from link_clicks where tenant_id = ${tenantId} and send_job_id = ${a.send_job_id}`;
      else
        await sql`
          insert into link_clicks (tenant_id, campaign_id, send_job_id, position, device, contact_id, clicked_at)
          select tenant_id, campaign_id, id, 0, ${pick(["phone", "computer"])}, contact_id, now() from send_jobs
          where id = ${a.send_job_id} on conflict do nothing`;
      return;
    }
    default:
      await sql`
        update send_jobs set status = ${pick(["failed", "canceled"])}, failure_reason = ${pick(["Consent", "Expired", "Canceled"])},
          gate = ${pick(["consent", "expiry"])}, final_at = ${at()}
        where tenant_id = ${tenantId} and contact_id = ${contacts[person]!} and status in ('queued', 'unknown', 'sending')`;
  }
}

describe("the figures of reports", () => {
  // Lord Howe Island moves its clocks by half an hour, Nepal stands at a quarter.
  test.each([
    ["Australia/Lord_Howe", "2026-04-04T12:00:00Z", 1],
    ["America/New_York", "2026-11-01T00:00:00Z", 2],
    ["Asia/Kathmandu", "2026-05-01T00:00:00Z", 3],
  ])("are what the rows say, in whatever order things happen: %s", async (timezone, from, seed) => {
    const roll = dice(seed);
    const [one, other] = [await openTenant(timezone), await openTenant("Europe/Berlin")];
    const begin = Date.parse(from);
    // Three days around a change of the clocks.
    const at = () => new Date(begin + roll(3 * 24 * 60) * 60_000);
    for (let step = 0; step < 160; step += 1) {
      await act(roll(4) === 0 ? other : one, roll, at);
      if (roll(20) === 0) await countChanges(fixture.sql);
    }
    await countAll();
    await expectSame(one.tenantId, timezone);
    await expectSame(other.tenantId, "Europe/Berlin");
    await fixture.owner`update tenants set timezone = 'Pacific/Auckland' where id = ${one.tenantId}`;
    await countAll();
    await expectSame(one.tenantId, "Pacific/Auckland");
  });

  test("of messages from before the upgrade are counted too, with what they answered", async () => {
    const { owner } = fixture;
    const tenant = await openTenant("Australia/Sydney");
    const roll = dice(4);
    for (let step = 0; step < 100; step += 1)
      await act(tenant, roll, () => new Date(Date.parse("2026-06-01T00:00:00Z") + roll(2_000) * 60_000));
    await countAll();
    const before = await stored(tenant.tenantId);
    expect(before.size).toBeGreaterThan(10);
    await owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`delete from report_slots`;
      await tx`delete from report_days`;
      await tx`update inbound_messages set answers_attempt_id = null`;
      await tx`update report_state set is_backfilled = false, answers_backfilled_to = null`;
    });
    await backfillChanges(fixture.sql);
    while (await backfillAnswers(fixture.sql));
    await countAll();
    // An attempt that was released or refused since is not what a reply answers: the rows say so themselves.
    await expectSame(tenant.tenantId, "Australia/Sydney");
  });

  test("miss nothing that is committed while they are counted", async () => {
    const { sql } = fixture;
    const tenant = await openTenant("Australia/Sydney");
    const roll = dice(5);
    const at = () => new Date(Date.parse("2026-07-01T00:00:00Z") + roll(600) * 60_000);
    for (let step = 0; step < 40; step += 1) await act(tenant, roll, at);
    let go!: () => void;
    const released = new Promise<void>((resolve) => {
      go = resolve;
    });
    const late = sql.begin(async (tx) => {
      await tx`update send_attempts set price_source = 'carrier', spent_micros = 77777 where tenant_id = ${tenant.tenantId}`;
      await released;
    });
    await countAll();
    go();
    await late;
    await Promise.all([countChanges(sql), countChanges(sql)]);
    await countAll();
    await expectSame(tenant.tenantId, "Australia/Sydney");
  });
});

describe("the nightly comparison with the rows", () => {
  /** A tenant with messages of the last hours, all counted. */
  async function openCounted() {
    const tenant = await openTenant("Australia/Sydney");
    const roll = dice(6);
    for (let step = 0; step < 40; step += 1)
      await act(tenant, roll, () => new Date(Date.now() - 3_600_000 - roll(300) * 60_000));
    await backfillChanges(fixture.sql);
    await countAll();
    return tenant;
  }
  const driftsOf = (tenantId: string) =>
    fixture.owner`select slot, day, dimension, counted, recounted from report_drifts where tenant_id = ${tenantId} order by id`;

  test("finds no fault in what was counted, also while something waits to be counted", async () => {
    const { tenantId } = await openCounted();
    const slots = await takeCheck(fixture.sql);
    expect(slots!.length).toBeGreaterThan(190);
    expect(await takeCheck(fixture.sql)).toBeNull();
    await fixture.sql`update send_attempts set spent_micros = spent_micros + 7 where tenant_id = ${tenantId}`;
    expect(await checkSlots(fixture.sql, slots!)).toBe(0);
    await endCheck(fixture.sql);
    expect(await takeCheck(fixture.sql)).toBeNull();
    expect(await driftsOf(tenantId)).toEqual([]);
  });

  test("finds a forged figure, one that is missing and one too many, and they are counted again", async () => {
    const { tenantId } = await openCounted();
    const { owner } = fixture;
    const [forged] = await owner<{ slot: Date; sent: number }[]>`
      update report_slots set sent = sent + 1000 where (tenant_id, dimension, slot, key) in (
        select tenant_id, dimension, slot, key from report_slots where tenant_id = ${tenantId} and dimension = 'total' and sent > 0 limit 1)
      returning slot, sent`;
    await owner`
      delete from report_slots where tenant_id = ${tenantId} and dimension = 'country' and slot = ${forged!.slot}`;
    await owner`
      insert into report_slots (tenant_id, slot, dimension, key, sent) values (${tenantId}, ${forged!.slot}, 'sender', 'nobody', 5)`;
    await owner`
      update report_days set delivered = delivered + 3 where tenant_id = ${tenantId} and dimension = 'hour'`;
    await owner`update report_state set checked_at = null`;
    const slots = await takeCheck(fixture.sql);
    expect(await checkSlots(fixture.sql, slots!)).toBeGreaterThanOrEqual(4);
    await endCheck(fixture.sql);
    const drifts = await driftsOf(tenantId);
    const total = drifts.find(({ dimension, slot }) => dimension === "total" && slot);
    expect(total).toMatchObject({
      slot: forged!.slot,
      counted: { sent: forged!.sent },
      recounted: { sent: forged!.sent - 1000 },
    });
    expect(
      drifts.find(({ dimension, counted }) => dimension === "country" && counted === null),
    ).toBeDefined();
    expect(
      drifts.find(({ dimension, recounted }) => dimension === "sender" && recounted === null),
    ).toBeDefined();
    expect(drifts.filter(({ dimension, day }) => dimension === "hour" && day).length).toBeGreaterThan(0);
    await countAll();
    await expectSame(tenantId, "Australia/Sydney");
    expect(await checkSlots(fixture.sql, slots!)).toBe(0);
  });
});

describe("the messages of a figure", () => {
  test("are as many as it says, on pages of any size, and each once", async () => {
    const tenant = await openTenant("Australia/Lord_Howe");
    const roll = dice(8);
    const begin = Date.parse("2026-04-03T12:00:00Z");
    for (let step = 0; step < 120; step += 1)
      await act(tenant, roll, () => new Date(begin + roll(3_000) * 60_000));
    await countAll();
    const period = { from: "2026-04-03", to: "2026-04-05" };
    const list = (asked: Omit<CountedMessages, "from" | "to">, size: number) =>
      fixture.database.asTenant(tenant.tenantId, async (tx) => {
        const ids: string[] = [];
        let cursor: string | null = null;
        do {
          const page: Page<string> = await listCountedMessages(tx, tenant.tenantId, {
            ...period,
            ...asked,
            cursor,
            limit: size,
          });
          ids.push(...page.items);
          cursor = page.nextCursor;
        } while (cursor !== null);
        return ids;
      });
    let opened = 0;
    for (const by of DIMENSIONS) {
      const rows = await fixture.database.asTenant(tenant.tenantId, (tx) =>
        readTable(tx, tenant.tenantId, { period, by }),
      );
      for (const row of rows)
        for (const figure of FIGURES) {
          const ids = await list({ figure, by, key: row.key }, 1 + roll(7));
          expect([by, row.key, figure, new Set(ids).size], `${by} ${row.key} ${figure}`).toEqual([
            by,
            row.key,
            figure,
            row[figure],
          ]);
          expect(ids.length).toBe(row[figure]);
          opened += ids.length;
        }
    }
    expect(opened).toBeGreaterThan(100);
  });
});
