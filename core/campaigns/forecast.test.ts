import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_SCHEDULE, everyDay } from "../time/quiet-hours.ts";
import { type ForecastGroup, type ForecastInput, type ForecastSender, forecast } from "./forecast.ts";

/** Monday 12:00 in Perth, 15:00 in Sydney. */
const now = new Date("2026-11-23T04:00:00Z");
const at = (iso: string) => new Date(iso);

const group = (changes: Partial<ForecastGroup> = {}): ForecastGroup => ({
  count: 1_000,
  segments: 1,
  priceMicros: 50_000,
  country: "AU",
  schedules: [DEFAULT_SCHEDULE],
  zones: ["Australia/Perth"],
  ...changes,
});
const sender = (changes: Partial<ForecastSender> = {}): ForecastSender => ({
  country: "AU",
  segmentsPerSecond: 10,
  ...changes,
});
const AMPLE = { dailyLeftMicros: 1e12, monthlyLeftMicros: 1e12, dailyMicros: 1e12, monthlyMicros: 1e12 };
const run = (changes: Partial<ForecastInput> = {}) =>
  forecast({
    groups: [group()],
    senders: [sender()],
    tenantSegmentsPerSecond: 1_000,
    budget: AMPLE,
    tenantZone: "Australia/Sydney",
    now,
    ...changes,
  });
const sentAll = (result: ReturnType<typeof forecast>) => result.curve.at(-1)!.sent;
const secondsTo = (result: ReturnType<typeof forecast>) =>
  (result.finishAt!.getTime() - now.getTime()) / 1_000;

describe("throughput", () => {
  test("a thousand texts from one number at ten a second take a hundred seconds", () => {
    const result = run();
    expect(secondsTo(result)).toBe(100);
    expect(result).toMatchObject({ missed: [], costMicros: 50_000_000 });
    expect(result.curve).toEqual([
      { at: now, sent: 0, costMicros: 0 },
      { at: new Date(now.getTime() + 100_000), sent: 1_000, costMicros: 50_000_000 },
    ]);
  });

  test("a campaign's own speed limit slows it, and only then", () => {
    expect(secondsTo(run({ messagesPerMinute: 60 }))).toBe(1_000);
    expect(secondsTo(run({ messagesPerMinute: 60_000 }))).toBe(100);
    const two = [group({ count: 30 }), group({ count: 90, segments: 2 })];
    expect(secondsTo(run({ groups: two, messagesPerMinute: 120 }))).toBe(60);
  });

  test("what waits for its send time starts then, and is said where it comes too late", () => {
    const opensAt = new Date(now.getTime() + 600_000);
    const waiting = group({ opensAt, waitsFor: "Send time" });
    const result = run({ groups: [waiting], messagesPerMinute: 600 });
    expect(result).toMatchObject({ startAt: opensAt });
    expect(secondsTo(result)).toBe(700);
    expect(run().startAt).toEqual(now);
    const late = run({ groups: [{ ...waiting, expiresAt: opensAt }] });
    expect(late).toMatchObject({ startAt: null, missed: [{ reason: "Send time", count: 1_000 }] });
  });

  test("segments count, more numbers help, the tenant's own rate limits", () => {
    expect(secondsTo(run({ groups: [group({ segments: 3 })] }))).toBe(300);
    expect(secondsTo(run({ groups: [group({ segments: 0 })] }))).toBe(100);
    expect(secondsTo(run({ senders: [sender(), sender({ segmentsPerSecond: 40 })] }))).toBe(20);
    expect(secondsTo(run({ tenantSegmentsPerSecond: 5 }))).toBe(200);
  });

  test("a tenant that moved to where it is still yesterday gets no second day", () => {
    const days = (budget: Partial<ForecastInput["budget"]>, sentOn: string | null) => {
      const warmUp = { schedule: [100, 400], startedOn: "2026-11-23", sentToday: 60, sentOn };
      const { curve } = run({ senders: [sender({ warmUp })], budget: { ...AMPLE, ...budget } });
      return curve.map(({ at: then, sent }) => `${then.toISOString().slice(0, 10)} ${sent}`);
    };
    // 40 are left today. Tomorrow 400 may go, of which 60 + 40 have gone already; then there is no limit.
    expect(days({}, "2026-11-24").slice(1, 4)).toEqual(["2026-11-23 40", "2026-11-24 40", "2026-11-24 340"]);
    expect(days({}, "2026-11-23").slice(1, 4)).toEqual(["2026-11-23 40", "2026-11-24 40", "2026-11-24 440"]);
    const spent = { dailyLeftMicros: 5_000_000, dailyMicros: 10_000_000 };
    const keptFor = { localDay: "2026-11-24", localMonth: "2026-12-01" };
    const unlimited = (more: object) =>
      run({ budget: { ...AMPLE, ...spent, ...more } }).curve.map(({ sent }) => sent);
    expect(unlimited({}).slice(0, 4)).toEqual([0, 100, 100, 300]);
    expect(unlimited({ keptFor }).slice(0, 3)).toEqual([0, 100, 100]);
    const dayAfter = run({ budget: { ...AMPLE, ...spent, keptFor } }).curve[2]!.at;
    expect(dayAfter.toISOString().slice(0, 10)).toBe("2026-11-25");
    const months = { ...AMPLE, monthlyLeftMicros: 5_000_000, keptFor };
    expect(run({ budget: months }).curve[2]!.at.toISOString().slice(0, 7)).toBe("2027-01");
  });

  test("countries have their own numbers and share the tenant's rate", () => {
    const groups = [group(), group({ country: "US", zones: ["Pacific/Auckland"] })];
    const senders = [sender(), sender({ country: "US" })];
    expect(secondsTo(run({ groups, senders }))).toBe(100);
    expect(secondsTo(run({ groups, senders, tenantSegmentsPerSecond: 10 }))).toBe(200);
  });
});

describe("quiet hours", () => {
  test("sending stops in the evening and continues in the morning", () => {
    const result = run({ groups: [group({ count: 36_000 * 10 })] });
    // Nine hours are left today (324,000), the last 36,000 take one hour from 09:00.
    expect(result.finishAt).toEqual(at("2026-11-24T02:00:00Z"));
    expect(result.curve.map(({ sent }) => sent)).toEqual([0, 324_000, 324_000, 360_000]);
    expect(result.curve[2]!.at).toEqual(at("2026-11-24T01:00:00Z"));
  });

  test("a group waits for its zone and for other holds", () => {
    const london = group({ zones: ["Europe/London"] });
    expect(run({ groups: [london] }).finishAt).toEqual(at("2026-11-23T09:01:40Z"));
    const capped = group({ opensAt: at("2026-11-23T06:00:00Z") });
    expect(run({ groups: [capped] }).finishAt).toEqual(at("2026-11-23T06:01:40Z"));
    expect(run({ groups: [group({ opensAt: now })] }).finishAt).toEqual(at("2026-11-23T04:01:40Z"));
  });
});

describe("warm-up", () => {
  test("a new number sends its share each day of the tenant, and then without limit", () => {
    const warmUp = { schedule: [100, 500], startedOn: "2026-11-23", sentToday: 40 };
    const result = run({ senders: [sender({ warmUp })], groups: [group({ count: 3_000 })] });
    expect(result.curve.map(({ sent }) => sent)).toEqual([0, 60, 60, 560, 560, 3_000]);
    // Sydney's midnight is 21:00 in Perth: the new day begins at 09:00 there, the third with no limit.
    expect(result.finishAt).toEqual(at("2026-11-25T01:04:04Z"));
  });

  test("a number without warm-up sends the rest", () => {
    const warmUp = { schedule: [100], startedOn: "2026-11-23", sentToday: 0 };
    expect(secondsTo(run({ senders: [sender(), sender({ warmUp })] }))).toBe(90);
  });
});

describe("budget", () => {
  const tight = { ...AMPLE, dailyLeftMicros: 5_000_000, dailyMicros: 20_000_000 };

  test("waits for the next day of the tenant when today's is spent", () => {
    const result = run({ budget: tight });
    expect(result.curve.map(({ sent }) => sent)).toEqual([0, 100, 100, 500, 500, 900, 900, 1_000]);
    expect(result.curve.map(({ costMicros }) => costMicros)).toEqual([
      0, 5e6, 5e6, 25e6, 25e6, 45e6, 45e6, 50e6,
    ]);
  });

  test("waits for the next month when this one is spent", () => {
    const budget = { ...AMPLE, monthlyLeftMicros: 5_000_000 };
    expect(run({ budget }).finishAt).toEqual(at("2026-12-01T01:01:30Z"));
  });

  test("a message that costs more than the day's budget never goes, as in the budget gate", () => {
    const budget = { ...AMPLE, dailyLeftMicros: 49_999, dailyMicros: 49_999 };
    expect(run({ budget })).toMatchObject({
      finishAt: null,
      costMicros: 0,
      missed: [{ reason: "Budget", count: 1_000 }],
    });
    const enough = { ...AMPLE, dailyLeftMicros: 49_999, dailyMicros: 50_000_000 };
    expect(run({ budget: enough }).missed).toEqual([]);
    const month = { ...AMPLE, monthlyLeftMicros: 49_999, monthlyMicros: 49_999 };
    expect(run({ budget: month }).missed).toEqual([{ reason: "Budget", count: 1_000 }]);
  });

  test("the rest of the budget pays for cheap messages while expensive ones wait", () => {
    const groups = [group({ count: 10 }), group({ count: 10, priceMicros: 900_000 })];
    const budget = { ...AMPLE, dailyLeftMicros: 600_000, dailyMicros: 600_000 };
    expect(run({ groups, budget })).toMatchObject({
      costMicros: 500_000,
      missed: [{ reason: "Budget", count: 10 }],
    });
  });

  test("free messages need no budget", () => {
    const budget = { dailyLeftMicros: 0, monthlyLeftMicros: 0, dailyMicros: 0, monthlyMicros: 0 };
    expect(run({ budget, groups: [group({ priceMicros: 0 })] })).toMatchObject({ missed: [], costMicros: 0 });
  });
});

describe("lists missed recipients with the reason", () => {
  const soon = at("2026-11-23T04:00:50Z");
  test.each([
    ["too slow", { expiresAt: soon }, {}, "Rate limit", 500],
    ["by night", { expiresAt: soon, zones: ["Europe/London"] }, {}, "Quiet hours", 1_000],
    ["held by a cap", { expiresAt: soon, opensAt: at("2026-11-23T05:00:00Z") }, {}, "Frequency cap", 1_000],
    ["no number", { expiresAt: soon, country: "NZ" }, {}, "No sender", 1_000],
    ["no money", { expiresAt: soon }, { budget: { ...AMPLE, dailyLeftMicros: 5_000_000 } }, "Budget", 900],
    [
      "warm-up",
      { expiresAt: soon },
      { senders: [sender({ warmUp: { schedule: [300], startedOn: "2026-11-23", sentToday: 0 } })] },
      "Warm-up",
      700,
    ],
    ["no price", { priceMicros: null }, {}, "No price", 1_000],
    ["expired already", { expiresAt: now }, {}, "Expired", 1_000],
    ["nothing flows", { expiresAt: soon }, { tenantSegmentsPerSecond: 0 }, "Rate limit", 1_000],
  ] as const)("%s", (_name, groupChanges, inputChanges, reason, count) => {
    const result = run({ groups: [group(groupChanges as Partial<ForecastGroup>)], ...inputChanges });
    expect(result.missed).toEqual([{ reason, count }]);
    expect(sentAll(result)).toBe(1_000 - count);
  });

  test("groups missed for one reason are added, and without a send there is no finish", () => {
    const result = run({ groups: [group({ priceMicros: null }), group({ priceMicros: null })] });
    expect(result).toMatchObject({ missed: [{ reason: "No price", count: 2_000 }], finishAt: null });
  });

  test("hours that never open end at the horizon", () => {
    const never = group({ schedules: [everyDay("09:00", "10:00"), everyDay("11:00", "12:00")] });
    expect(run({ groups: [never, never] }).missed).toEqual([{ reason: "Quiet hours", count: 2_000 }]);
  });

  test("without recipients it is done at once", () => {
    expect(run({ groups: [group({ count: 0 })] })).toMatchObject({
      finishAt: null,
      missed: [],
      costMicros: 0,
    });
  });
});

test("every recipient is sent or missed, the curve only rises, and no daily budget is exceeded", () => {
  const anyGroup = fc.record({
    count: fc.integer({ min: 0, max: 50_000 }),
    segments: fc.constantFrom(1, 1.4, 3),
    priceMicros: fc.constantFrom(null, 51_500, 8_300),
    country: fc.constantFrom("AU", "US"),
    schedules: fc.constant([DEFAULT_SCHEDULE]),
    zones: fc.subarray(["Australia/Perth", "Australia/Sydney", "America/New_York"], {
      minLength: 1,
      maxLength: 2,
    }),
    opensAt: fc.constantFrom(null, at("2026-11-24T04:00:00Z")),
    expiresAt: fc.constantFrom(null, at("2026-11-23T08:00:00Z"), at("2026-11-26T08:00:00Z")),
  });
  const warmUp = { schedule: [100, 1_000], startedOn: "2026-11-23", sentToday: 0 };
  fc.assert(
    fc.property(fc.array(anyGroup, { maxLength: 8 }), fc.integer({ min: 0, max: 900 }), (groups, dollars) => {
      const dailyMicros = dollars * 1_000_000;
      const budget = { ...AMPLE, dailyMicros, dailyLeftMicros: dailyMicros };
      const result = run({
        groups,
        budget,
        senders: [sender(), sender({ warmUp }), sender({ country: "US" })],
      });
      const people = groups.reduce((sum, { count }) => sum + count, 0);
      const missed = result.missed.reduce((sum, { count }) => sum + count, 0);
      expect(Math.abs(sentAll(result) + missed - people)).toBeLessThanOrEqual(result.missed.length + 1);
      for (let index = 1; index < result.curve.length; index++) {
        expect(result.curve[index]!.sent).toBeGreaterThanOrEqual(result.curve[index - 1]!.sent);
        expect(result.curve[index]!.at > result.curve[index - 1]!.at).toBe(true);
      }
      const days = result.finishAt ? 2 + (result.finishAt.getTime() - now.getTime()) / 86_400_000 : 0;
      expect(result.costMicros).toBeLessThanOrEqual(Math.ceil(days) * dailyMicros + 1);
    }),
    { numRuns: 100 },
  );
});

test("recipients in quiet hours use no rate of the others", () => {
  const result = run({ groups: [group(), group({ count: 9_000, zones: ["Europe/London"] })] });
  expect(result.curve[1]).toEqual({
    at: new Date(now.getTime() + 100_000),
    sent: 1_000,
    costMicros: 50_000_000,
  });
});

test("spend before a reset never exceeds the budget, to the micro", () => {
  const evening = at("2026-11-23T12:00:00Z");
  fc.assert(
    fc.property(
      fc.integer({ min: 50_000, max: 40_000_000 }),
      fc.constantFrom(0.7, 7.3, 33),
      fc.constantFrom("daily", "monthly"),
      (leftMicros, segmentsPerSecond, limit) => {
        const budget = { ...AMPLE, [`${limit}LeftMicros`]: leftMicros };
        const groups = [
          group({ expiresAt: evening }),
          group({ expiresAt: evening, priceMicros: 31_700, segments: 1.3 }),
        ];
        const result = run({ groups, budget, senders: [sender({ segmentsPerSecond })] });
        expect(result.costMicros).toBeLessThanOrEqual(leftMicros);
        expect(result.curve.at(-1)!.costMicros).toBe(result.costMicros);
      },
    ),
  );
});

test("a very long campaign ends at the horizon, and lists who is left", () => {
  const result = run({
    groups: [group({ count: 100_000_000 })],
    senders: [sender({ segmentsPerSecond: 1 })],
  });
  expect(result.finishAt!.getTime()).toBeLessThanOrEqual(now.getTime() + 60 * 86_400_000);
  expect(result.missed).toEqual([{ reason: expect.any(String), count: 100_000_000 - sentAll(result) }]);
  expect(result.curve.length).toBeLessThan(500);
});
