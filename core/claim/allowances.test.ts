import { describe, expect, test } from "vitest";
import { allowancesOf } from "./allowances.ts";
import type { ClaimNumber, ClaimTenant } from "./facts.ts";

/** Monday noon in Perth. */
const NOW = new Date("2026-11-23T04:00:00Z");
const tenant = (changes: Partial<ClaimTenant> = {}): ClaimTenant => ({
  now: NOW,
  timezone: "Australia/Perth",
  country: "AU",
  sendingPausedAt: null,
  quietHours: [null, null, null, null, null, null, null],
  sendingHoursLimit: null,
  trustTenantZone: false,
  capPerDay: null,
  capPerWeek: null,
  knowsItsDay: true,
  segmentsPerSecond: 20,
  dailyBudgetCents: "1000.0000",
  monthlyBudgetCents: "5000",
  dailySpentCents: "100",
  dailyReservedCents: "50.5",
  monthlySpentCents: "700",
  monthlyReservedCents: "50.5",
  localDay: "2026-11-23",
  localMonth: "2026-11-01",
  rateTokens: 5,
  rateTokensAt: NOW,
  ...changes,
});
const number = (changes: Partial<ClaimNumber> = {}): ClaimNumber => ({
  id: "n",
  phoneE164: "+61480001001",
  country: "AU",
  kind: "long-code",
  registration: null,
  carrierRegistration: null,
  segmentsPerSecond: 2,
  warmUpStartedOn: null,
  warmUpSchedule: null,
  tokens: 1,
  tokensAt: NOW,
  sentOn: null,
  sentToday: 0,
  ...changes,
});
const left = (changes: Partial<ClaimTenant>) => {
  const { dailyLeftMicros, monthlyLeftMicros } = allowancesOf(tenant(changes), []).budget;
  return { dailyLeftMicros, monthlyLeftMicros };
};
const warmUpLeft = (changes: Partial<ClaimNumber>) =>
  allowancesOf(tenant(), [
    number({ warmUpStartedOn: "2026-11-22", warmUpSchedule: [100, 250], ...changes }),
  ]).senders.map((sender) => sender.warmUpLeft)[0];

describe("money", () => {
  test("what is spent and reserved is gone from the day's and the month's budget", () => {
    expect(left({})).toEqual({ dailyLeftMicros: 8_495_000, monthlyLeftMicros: 42_495_000 });
  });

  test("a day or month that is over counts as nothing", () => {
    expect(left({ localDay: "2026-11-22" })).toEqual({
      dailyLeftMicros: 10_000_000,
      monthlyLeftMicros: 42_495_000,
    });
    expect(left({ localDay: "2026-10-31", localMonth: "2026-10-01" })).toEqual({
      dailyLeftMicros: 10_000_000,
      monthlyLeftMicros: 50_000_000,
    });
  });

  test("a tenant that moved to where it is still yesterday gets no second budget", () => {
    expect(left({ localDay: "2026-11-24", localMonth: "2026-12-01" })).toEqual(left({}));
  });

  test("is unreadable with sums that are no numbers, and without a known day", () => {
    const readable = (changes: Partial<ClaimTenant>) => allowancesOf(tenant(changes), []).budget.readable;
    expect(readable({})).toBe(true);
    expect(readable({ dailySpentCents: "NaN" })).toBe(false);
    expect(readable({ monthlyBudgetCents: "Infinity" })).toBe(false);
    expect(readable({ knowsItsDay: false })).toBe(false);
  });

  test("comes back at the tenant's midnights", () => {
    expect(allowancesOf(tenant(), []).budget).toMatchObject({
      dayResetsAt: new Date("2026-11-23T16:00:00Z"),
      monthResetsAt: new Date("2026-11-30T16:00:00Z"),
    });
  });
});

describe("rate", () => {
  test("flows in since the last claim, up to a second's worth, for the tenant and each number", () => {
    const since = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
    const half = allowancesOf(tenant({ rateTokensAt: since(0.5) }), [number({ tokensAt: since(0.25) })]);
    expect(half).toMatchObject({ tenantTokens: 15, tenantSegmentsPerSecond: 20 });
    expect(half.senders).toMatchObject([{ tokens: 1.5, segmentsPerSecond: 2 }]);
    const full = allowancesOf(tenant({ rateTokensAt: since(60) }), [number({ tokensAt: since(60) })]);
    expect(full.tenantTokens).toBe(20);
    expect(full.senders[0]!.tokens).toBe(2);
  });
});

describe("warm-up", () => {
  test("a number without one has no limit, nor has one whose ramp is over", () => {
    expect(warmUpLeft({ warmUpStartedOn: null })).toBeNull();
    expect(warmUpLeft({ warmUpSchedule: null })).toBeNull();
    expect(warmUpLeft({ warmUpStartedOn: "2026-11-01" })).toBeNull();
  });

  test("what went today is gone from the day's limit, and never leaves less than nothing", () => {
    expect(warmUpLeft({ sentOn: "2026-11-23", sentToday: 240 })).toBe(10);
    expect(warmUpLeft({ sentOn: "2026-11-23", sentToday: 300 })).toBe(0);
  });

  test("what went on a day before does not count; on one that is yet to come it does", () => {
    expect(warmUpLeft({ sentOn: "2026-11-22", sentToday: 100 })).toBe(250);
    expect(warmUpLeft({ sentOn: null, sentToday: 100 })).toBe(250);
    expect(warmUpLeft({ sentOn: "2026-11-24", sentToday: 100 })).toBe(150);
  });
});
