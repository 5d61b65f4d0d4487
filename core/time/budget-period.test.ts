import fc from "fast-check";
import { expect, test } from "vitest";
import { budgetPeriod, dayResetsAt, localDay, monthResetsAt, stillCounts } from "./budget-period.ts";

const at = (iso: string) => new Date(iso);

test("the local day and month are the tenant's, not ours", () => {
  expect(localDay("Australia/Sydney", at("2026-11-30T12:59:59Z"))).toBe("2026-11-30");
  expect(localDay("Australia/Sydney", at("2026-11-30T13:00:00Z"))).toBe("2026-12-01");
  const month = (zone: string, iso: string) => budgetPeriod(zone, at(iso)).localMonth;
  expect(month("Australia/Sydney", "2026-11-30T13:00:00Z")).toBe("2026-12-01");
  expect(month("America/Los_Angeles", "2027-01-01T07:59:00Z")).toBe("2026-12-01");
});

test.each([
  ["an ordinary day", "Australia/Sydney", "2026-11-23T04:00:00Z", "2026-11-23T13:00:00Z"],
  ["from midnight itself, the next", "Australia/Sydney", "2026-11-23T13:00:00Z", "2026-11-24T13:00:00Z"],
  ["a day of 23 hours", "Australia/Sydney", "2026-10-03T14:30:00Z", "2026-10-04T13:00:00Z"],
  ["a day of 25 hours", "Australia/Sydney", "2027-04-03T13:30:00Z", "2027-04-04T14:00:00Z"],
  ["midnight is skipped: 01:00", "Africa/Cairo", "2026-04-23T12:00:00Z", "2026-04-23T22:00:00Z"],
  ["midnight comes twice: the first", "America/Havana", "2026-10-31T12:00:00Z", "2026-11-01T04:00:00Z"],
  ["between both midnights: tomorrow's", "America/Havana", "2026-11-01T04:30:00Z", "2026-11-02T05:00:00Z"],
  ["a date is left out", "Pacific/Apia", "2011-12-30T05:00:00Z", "2011-12-30T10:00:00Z"],
])("the day resets: %s", (_name, zone, now, resets) => {
  expect(dayResetsAt(zone, at(now))).toEqual(at(resets));
});

test.each([
  ["in November", "Australia/Sydney", "2026-11-23T04:00:00Z", "2026-11-30T13:00:00Z"],
  ["over New Year", "Asia/Kathmandu", "2026-12-31T12:00:00Z", "2026-12-31T18:15:00Z"],
  ["over a change of clocks", "Europe/London", "2026-10-01T12:00:00Z", "2026-11-01T00:00:00Z"],
])("the month resets: %s", (_name, zone, now, resets) => {
  expect(monthResetsAt(zone, at(now))).toEqual(at(resets));
});

test.each([
  ["today's money counts", "2026-11-30", "2026-11-01", true, true],
  ["yesterday's only in its month", "2026-11-29", "2026-11-01", false, true],
  ["last month's not at all", "2026-10-31", "2026-10-01", false, false],
  ["tomorrow's, of a tenant that moved to where it is still today", "2026-12-01", "2026-12-01", true, true],
  ["no claim was ever made", "1970-01-01", "1970-01-01", false, false],
])("%s", (_name, localDay, localMonth, day, month) => {
  const present = budgetPeriod("Australia/Sydney", at("2026-11-30T12:59:59Z"));
  expect(stillCounts({ localDay, localMonth }, present)).toEqual({ day, month });
});

test("an invalid zone throws: money without a period must not be spent", () => {
  expect(() => localDay("Mars/Base", at("2026-11-23T04:00:00Z"))).toThrow(RangeError);
});

test("a reset is later, and the date changes exactly then", () => {
  const zone = fc.constantFrom(
    "UTC",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Scoresbysund",
  );
  const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2040, 0, 1) });
  fc.assert(
    fc.property(zone, instant, (name, ms) => {
      const now = new Date(ms);
      for (const [resetsAt, period] of [
        [dayResetsAt(name, now), localDay],
        [monthResetsAt(name, now), (of: string, at: Date) => budgetPeriod(of, at).localMonth],
      ] as const) {
        expect(resetsAt.getTime()).toBeGreaterThan(ms);
        expect(period(name, resetsAt) > period(name, now)).toBe(true);
        expect(period(name, new Date(resetsAt.getTime() - 1))).toBe(period(name, now));
      }
    }),
    { numRuns: 500 },
  );
});
