import { dayResetsAt } from "@smscrm/core/time/budget-period";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cancelQueuedJobs } from "../campaigns/campaign-states.ts";
import { cancelLeftovers } from "../campaigns/launch.ts";
import { ingestStatusEvents } from "../carrier/webhooks.ts";
import { releaseHolds } from "../send/dispatch.ts";
import { settleSends } from "../send/settle.ts";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture, sidFor } from "../testing/send-fixture.ts";
import { readBudget } from "./settings.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

/** An Australian segment costs 5.15 cents. */
const CENTS = 5.15;
const used = async (tenantId: string) => {
  const [row] = await fixture.sql<{ day: number; month: number; localDay: string }[]>`
    select (daily_spent_cents + daily_reserved_cents)::float8 as day, local_day::text as "localDay",
      (monthly_spent_cents + monthly_reserved_cents)::float8 as month from budgets where tenant_id = ${tenantId}`;
  return row!;
};
const held = async (tenantId: string) => {
  const [row] = await fixture.sql<{ n: number; until: Date }[]>`
    select count(*)::int as n, max(not_before) as until from send_jobs
    where tenant_id = ${tenantId} and status = 'queued' and hold_reason = 'Budget'`;
  return row!;
};
const inParts = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, at * size + size));

describe("a daily budget", () => {
  test("parallel claims spend all of it and never more; the rest waits for the local midnight", async () => {
    const { claim, running } = fixture;
    const { tenantId, jobIds } = await running(120, { dailyBudgetCents: 40 * CENTS + 1 });
    const claims = await Promise.all(inParts(jobIds, 6).map((part) => claim(tenantId, part)));
    expect(claims.flatMap((one) => one.messages)).toHaveLength(40);
    expect((await used(tenantId)).day).toBeCloseTo(40 * CENTS, 4);
    expect(await held(tenantId)).toEqual({ n: 80, until: dayResetsAt("Australia/Sydney", new Date()) });
    expect(await violations(fixture.sql)).toEqual([]);
  });

  test("raising it sends the held messages at once; lowering it stops the next claim", async () => {
    const { claim, running, sql } = fixture;
    const { tenantId, jobIds } = await running(20, { dailyBudgetCents: 5 * CENTS });
    await claim(tenantId, jobIds);
    await sql`update tenants set daily_budget_cents = ${10 * CENTS} where id = ${tenantId}`;
    expect(await releaseHolds(sql)).toBeGreaterThanOrEqual(15);
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(5);
    await sql`update tenants set daily_budget_cents = 1 where id = ${tenantId}`;
    expect((await claim(tenantId, jobIds)).messages).toEqual([]);
    await sql`update tenants set daily_budget_cents = ${10 * CENTS} where id = ${tenantId}`;
    await sql`update budgets set daily_spent_cents = 0, daily_reserved_cents = 0 where tenant_id = ${tenantId}`;
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(10);
    // The operator's correction is not part of the attempts' sums, so it is undone before the check.
    await sql`update budgets b set daily_reserved_cents = daily_reserved_cents + ${10 * CENTS} where tenant_id = ${tenantId}`;
  });

  test("resets with the tenant's local day, also where midnight moved, and once per day", async () => {
    const { claim, running, sql } = fixture;
    const { tenantId, jobIds } = await running(30, {
      dailyBudgetCents: 3 * CENTS,
      timezone: "Pacific/Kiritimati",
    });
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(3);
    // The tenant changed to a zone where it is still yesterday: the same money, not a second day.
    await sql`update tenants set timezone = 'Pacific/Pago_Pago' where id = ${tenantId}`;
    expect((await claim(tenantId, jobIds)).messages).toEqual([]);
    await sql`update tenants set timezone = 'Pacific/Kiritimati' where id = ${tenantId}`;
    expect((await claim(tenantId, jobIds)).messages).toEqual([]);
    // The day is over: a new one begins with the first claim, and late settlements stay in the old one.
    await sql`update send_attempts set budget_day = budget_day - 1 where tenant_id = ${tenantId}`;
    await sql`update budgets set local_day = local_day - 1 where tenant_id = ${tenantId}`;
    const old = await sql<{ id: string }[]>`select id from send_attempts where tenant_id = ${tenantId}`;
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(3);
    await fixture.accept(old.map((row) => row.id));
    expect((await used(tenantId)).day).toBeCloseTo(3 * CENTS, 4);
    expect((await used(tenantId)).month).toBeCloseTo(6 * CENTS, 4);
  });

  test("spend that was reset by hand is not returned again when a message fails later", async () => {
    const { claim, running, sql, accept } = fixture;
    const { tenantId, jobIds } = await running(20, { dailyBudgetCents: 10 * CENTS });
    const { messages } = await claim(tenantId, jobIds);
    await accept(messages.map((message) => message.attemptId));
    await sql`update budgets set daily_spent_cents = 0 where tenant_id = ${tenantId}`;
    await ingestStatusEvents(
      sql,
      messages.map(({ attemptId }) => ({
        attemptId,
        messageSid: sidFor(attemptId),
        messageStatus: "failed",
        errorCode: 30001,
        payload: {},
      })),
    );
    expect((await used(tenantId)).day).toBe(0);
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(10);
    // The operator's correction is not part of the attempts' sums, so it is undone before the check.
    await sql`
      update budgets b set daily_spent_cents = a.spent from (
        select sum(spent_micros) / 10000.0 as spent from send_attempts where tenant_id = ${tenantId}
      ) a where tenant_id = ${tenantId}`;
  });

  test("the month holds a message that the day would allow", async () => {
    const { claim, running, job } = fixture;
    const { tenantId, jobIds } = await running(10, { monthlyBudgetCents: 4 * CENTS });
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(4);
    expect((await used(tenantId)).month).toBeCloseTo(4 * CENTS, 4);
    const held = (await Promise.all(jobIds.map(job))).filter((one) => one.holdReason === "Budget");
    expect(held).toHaveLength(6);
    const dayOf = new Intl.DateTimeFormat("en-AU", { timeZone: "Australia/Sydney", day: "numeric" });
    expect(held.map((one) => dayOf.format(one.notBefore!))).toEqual(Array(6).fill("1"));
  });

  test("a new month begins with the tenant's first local day, once, even if it changes its zone", async () => {
    const { claim, running, sql } = fixture;
    const { tenantId, jobIds } = await running(30, { monthlyBudgetCents: 3 * CENTS });
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(3);
    await sql`update send_attempts set budget_month = budget_month - interval '1 month', budget_day = budget_day - 31 where tenant_id = ${tenantId}`;
    await sql`update budgets set local_month = local_month - interval '1 month', local_day = local_day - 31 where tenant_id = ${tenantId}`;
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(3);
    const [before] = await sql`select local_month::text as month from budgets where tenant_id = ${tenantId}`;
    for (const timezone of ["Pacific/Pago_Pago", "Pacific/Kiritimati"]) {
      await sql`update tenants set timezone = ${timezone} where id = ${tenantId}`;
      const { messages } = await claim(tenantId, jobIds);
      const [moved] =
        await sql`select local_month > ${before!.month}::date as on from budgets where tenant_id = ${tenantId}`;
      // On the last day of a month the next one may have begun there. Otherwise no money is left.
      expect(messages).toHaveLength(moved!.on ? 3 : 0);
    }
  });

  test.each([
    [
      "a sum that is no number",
      (id: string) => fixture.sql`update budgets set daily_spent_cents = 'NaN' where tenant_id = ${id}`,
    ],
    [
      "a limit that is no number",
      (id: string) => fixture.sql`update tenants set monthly_budget_cents = 'NaN' where id = ${id}`,
    ],
    [
      "an invalid time zone",
      (id: string) => fixture.sql`update tenants set timezone = 'Mars/Base' where id = ${id}`,
    ],
  ])("that can't be read (%s) holds everything, and says so", async (_, spoil) => {
    const { claim, running, sql, job } = fixture;
    const { tenantId, jobIds: all } = await running(4);
    const [first, ...jobIds] = all;
    await claim(tenantId, [first!]);
    await spoil(tenantId);
    expect(await claim(tenantId, jobIds)).toMatchObject({ messages: [], held: 3 });
    expect(await job(jobIds[0]!)).toMatchObject({ status: "queued", holdReason: "Budget" });
    const [row] = await sql`select verdict->'looked' as looked from send_jobs where id = ${jobIds[0]!}`;
    expect(row!.looked).toEqual({ readable: false });
    await sql`update budgets set daily_spent_cents = 0 where tenant_id = ${tenantId}`;
    await sql`update tenants set monthly_budget_cents = 1e9, timezone = 'Australia/Sydney' where id = ${tenantId}`;
    expect((await claim(tenantId, jobIds)).messages).toHaveLength(3);
  });

  test("is shown as a claim counts it, also after a move to a zone where it is still yesterday", async () => {
    const { claim, running, sql, database } = fixture;
    const { tenantId, jobIds } = await running(3, { timezone: "Pacific/Kiritimati" });
    await claim(tenantId, jobIds);
    await sql`update tenants set timezone = 'Pacific/Pago_Pago' where id = ${tenantId}`;
    const shown = await database.asTenant(tenantId, (tx) => readBudget(tx, tenantId));
    expect(shown.dailyReservedMicros).toBe(3 * CENTS * 10_000);
    expect(shown.monthlyReservedMicros).toBe(3 * CENTS * 10_000);
  });
});

describe("money and counters", () => {
  test("claims, answers, callbacks, cancels and releases on the same rows at once: no error, all sums right", async () => {
    const { claim, running, sql, database } = fixture;
    const setUps = await Promise.all([running(600), running(600)]);
    const deadlineMs = Date.now() + 2_500;
    const attemptIds: string[] = [];
    const pick = <T>(all: readonly T[], count: number) =>
      Array.from({ length: count }, () => all[Math.floor(Math.random() * all.length)]!);
    const again = async (work: () => Promise<unknown>) => {
      while (Date.now() < deadlineMs) await work();
    };
    const claiming = setUps.flatMap(({ tenantId, jobIds }) =>
      [1, 2].map(() =>
        again(async () => {
          const { messages } = await claim(tenantId, [...new Set(pick(jobIds, 12))]);
          attemptIds.push(...messages.map((message) => message.attemptId));
        }),
      ),
    );
    const base = { code: null, httpStatus: null };
    const settling = [1, 2, 3].map(() =>
      again(() =>
        settleSends(
          sql,
          [...new Set(pick(attemptIds, Math.min(20, attemptIds.length)))].map((attemptId, at) =>
            at % 3 === 0
              ? { ...base, attemptId, state: "released", holdReason: null, retryAt: null }
              : at % 3 === 1
                ? { ...base, attemptId, state: "unknown", submittedAt: new Date() }
                : {
                    ...base,
                    attemptId,
                    state: "accepted",
                    sid: sidFor(attemptId),
                    carrierStatus: "queued",
                    submittedAt: new Date(),
                  },
          ),
        ),
      ),
    );
    const merging = [1, 2, 3].map(() =>
      again(() =>
        ingestStatusEvents(
          sql,
          pick(attemptIds, Math.min(20, attemptIds.length)).map((attemptId) => {
            const [status, errorCode] = pick(
              [
                ["sent", null],
                ["delivered", null],
                ["undelivered", 30003],
                ["failed", 30005],
              ] as const,
              1,
            )[0]!;
            return {
              attemptId,
              messageSid: sidFor(attemptId),
              messageStatus: status,
              errorCode,
              payload: {},
            };
          }),
        ),
      ),
    );
    const [canceled] = setUps;
    const upkeep = [
      again(() => releaseHolds(sql)),
      again(async () => {
        await cancelLeftovers(sql);
        await database.asTenant(canceled!.tenantId, (tx) =>
          cancelQueuedJobs(tx, canceled!.tenantId, canceled!.campaignId, 2),
        );
      }),
    ];
    await Promise.all([...claiming, ...settling, ...merging, ...upkeep]);
    expect(attemptIds.length).toBeGreaterThan(30);
    const own = setUps.flatMap(({ tenantId, campaignId }) => [tenantId, campaignId]);
    expect((await violations(sql)).filter((one) => own.some((id) => one.includes(id)))).toEqual([]);
  });

  test("messages that return to a canceled campaign are canceled too", async () => {
    const { claim, running, sql, database, job } = fixture;
    const { tenantId, campaignId, jobIds } = await running(3);
    const { messages } = await claim(tenantId, jobIds.slice(0, 1));
    await sql`update campaigns set status = 'canceled' where id = ${campaignId}`;
    await database.asTenant(tenantId, (tx) => cancelQueuedJobs(tx, tenantId, campaignId, 100));
    const { attemptId } = messages[0]!;
    await settleSends(sql, [
      {
        attemptId,
        state: "released",
        holdReason: "Carrier busy",
        retryAt: null,
        code: 20429,
        httpStatus: 429,
      },
    ]);
    expect(await job(jobIds[0]!)).toMatchObject({ status: "queued" });
    await cancelLeftovers(sql);
    expect(await job(jobIds[0]!)).toMatchObject({ status: "canceled", reason: "Canceled" });
  });
});
