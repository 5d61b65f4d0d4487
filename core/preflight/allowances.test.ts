import { describe, expect, test } from "vitest";
import type { BudgetStatus } from "../price/budget.ts";
import { allowancesToday, moneyLeft, type NumberToday } from "./allowances.ts";
import { forecastInput } from "./forecast-input.ts";
import { budgetAt, numbersAt } from "./later.ts";

const PERTH = "Australia/Perth";
const NOW = new Date("2026-11-23T04:00:00Z");
const budget: BudgetStatus = {
  localDay: "2026-11-23",
  localMonth: "2026-11-01",
  dailyBudgetMicros: 1_000,
  dailySpentMicros: 100,
  dailyReservedMicros: 10,
  monthlyBudgetMicros: 9_000,
  monthlySpentMicros: 2_000,
  monthlyReservedMicros: 10,
  dayResetsAt: new Date("2026-11-23T16:00:00Z"),
  monthResetsAt: new Date("2026-11-30T16:00:00Z"),
};
const number = (changes: Partial<NumberToday> = {}): NumberToday => ({
  id: "n",
  phone: "+61480001001",
  kind: "long-code",
  country: "AU",
  segmentsPerSecond: 2,
  warmUpStartedOn: null,
  warmUpSchedule: null,
  warmUpLimitToday: null,
  sentToday: 0,
  sentOn: null,
  isActive: true,
  inUse: true,
  ...changes,
});
const senders = (...numbers: Partial<NumberToday>[]) =>
  allowancesToday(numbers.map(number), budget, { segmentsPerSecond: 20 }).senders;

describe("what is left today", () => {
  test("is money without what is spent and reserved", () => {
    expect(moneyLeft(budget)).toEqual({ dailyLeftMicros: 890, monthlyLeftMicros: 6_990 });
    const {
      tenantTokens,
      tenantSegmentsPerSecond,
      budget: money,
    } = allowancesToday([], budget, {
      segmentsPerSecond: 20,
    });
    expect([tenantTokens, tenantSegmentsPerSecond]).toEqual([Number.POSITIVE_INFINITY, 20]);
    expect(money).toMatchObject({ readable: true, dailyLeftMicros: 890, dayResetsAt: budget.dayResetsAt });
  });

  test("is one number for each country, as fast as all of them, with always a token", () => {
    const pooled = senders({}, { id: "m", segmentsPerSecond: 3 }, { country: "US" });
    expect(pooled).toMatchObject([
      { id: "n", country: "AU", segmentsPerSecond: 5, tokens: Number.POSITIVE_INFINITY, warmUpLeft: null },
      { id: "n", country: "US", segmentsPerSecond: 2 },
    ]);
  });

  test("keeps kinds of numbers and each name apart, because some texts may not go from them", () => {
    const name = { kind: "alphanumeric", registration: "registered" } as const;
    const unregistered = { id: "b", kind: "alphanumeric", registration: "pending", inUse: false } as const;
    expect(
      senders({}, {}, { kind: "short-code" }, { ...name, id: "a", phone: "Acme" }, unregistered),
    ).toMatchObject([
      { kind: "long-code", registration: null },
      { kind: "short-code" },
      { kind: "alphanumeric", registration: "registered", phoneE164: "Acme" },
      { kind: "alphanumeric", registration: "pending" },
    ]);
  });

  test("leaves out a number that is paused", () => {
    expect(senders({ isActive: false, inUse: false })).toEqual([]);
  });

  test("adds up what warm-ups leave, where no number is without one", () => {
    const warming = { warmUpLimitToday: 100, sentToday: 40 };
    const over = { warmUpLimitToday: 100, sentToday: 120 };
    expect(senders(warming)[0]!.warmUpLeft).toBe(60);
    expect(senders(warming, warming)[0]!.warmUpLeft).toBe(120);
    expect(senders(warming, over)[0]!.warmUpLeft).toBe(60);
    expect(senders(over, warming)[0]!.warmUpLeft).toBe(60);
    expect(senders(warming, {})[0]!.warmUpLeft).toBeNull();
    expect(senders({}, warming)[0]!.warmUpLeft).toBeNull();
  });
});

describe("on a later day", () => {
  const at = (time: string) => budgetAt(budget, PERTH, new Date(time));

  test("nothing of the day is spent, and of the month what was", () => {
    expect(at("2026-11-24T04:00:00Z")).toMatchObject({
      dailySpentMicros: 0,
      dailyReservedMicros: 0,
      monthlySpentMicros: 2_000,
      monthlyReservedMicros: 10,
      dayResetsAt: new Date("2026-11-24T16:00:00Z"),
      monthResetsAt: budget.monthResetsAt,
    });
  });

  test("of a later month nothing is spent at all", () => {
    expect(at("2026-12-01T04:00:00Z")).toMatchObject({
      dailySpentMicros: 0,
      monthlySpentMicros: 0,
      monthlyReservedMicros: 0,
      monthResetsAt: new Date("2026-12-31T16:00:00Z"),
    });
  });

  test("today stays as it is", () => {
    expect(at("2026-11-23T10:00:00Z")).toEqual(budget);
    const numbers = [number({ sentToday: 7 })];
    expect(numbersAt(numbers, PERTH, NOW, new Date("2026-11-23T10:00:00Z"))).toBe(numbers);
  });

  test("numbers have sent nothing and are further in their warm-up", () => {
    const warming = number({ warmUpStartedOn: "2026-11-23", warmUpSchedule: [100, 250], sentToday: 7 });
    const tomorrow = new Date("2026-11-24T04:00:00Z");
    const numbers = [
      warming,
      number({ sentToday: 7 }),
      { ...warming, warmUpStartedOn: null },
      { ...warming, warmUpSchedule: null },
    ];
    const later = numbersAt(numbers, PERTH, NOW, tomorrow);
    expect(later.map(({ sentToday }) => sentToday)).toEqual([0, 0, 0, 0]);
    expect(later.map(({ warmUpLimitToday }) => warmUpLimitToday)).toEqual([250, null, null, null]);
  });

  test("numbers of a tenant that moved west have sent on the later day already", () => {
    const moved = { warmUpStartedOn: "2026-11-23", warmUpSchedule: [100, 250, 500], sentToday: 240 };
    const numbers = [number({ ...moved, sentOn: "2026-11-24" })];
    const sentOn = (day: string) =>
      numbersAt(numbers, PERTH, NOW, new Date(`${day}T04:00:00Z`)).map(({ sentToday }) => sentToday);
    expect(["2026-11-23", "2026-11-24", "2026-11-25"].map(sentOn)).toEqual([[240], [240], [0]]);
  });
});

describe("the forecast's input", () => {
  test("has the numbers in use with their warm-up, and the budgets with what is left of them", () => {
    const warming = number({
      warmUpStartedOn: "2026-11-23",
      warmUpSchedule: [100, 250],
      sentToday: 7,
      sentOn: "2026-11-23",
    });
    const numbers = [number(), warming, { ...warming, warmUpStartedOn: null }, number({ inUse: false })];
    const settings = { segmentsPerSecond: 20, timezone: PERTH, messagesPerMinute: 90 };
    expect(forecastInput([], numbers, budget, settings, NOW)).toEqual({
      groups: [],
      senders: [
        { country: "AU", segmentsPerSecond: 2, warmUp: null },
        {
          country: "AU",
          segmentsPerSecond: 2,
          warmUp: { schedule: [100, 250], startedOn: "2026-11-23", sentToday: 7, sentOn: "2026-11-23" },
        },
        { country: "AU", segmentsPerSecond: 2, warmUp: null },
      ],
      tenantSegmentsPerSecond: 20,
      messagesPerMinute: 90,
      budget: {
        dailyLeftMicros: 890,
        monthlyLeftMicros: 6_990,
        dailyMicros: 1_000,
        monthlyMicros: 9_000,
        keptFor: { localDay: "2026-11-23", localMonth: "2026-11-01" },
      },
      tenantZone: PERTH,
      now: NOW,
    });
  });
});
