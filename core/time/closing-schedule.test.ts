import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quietHours } from "../gates/quiet-hours.ts";
import {
  ALWAYS_OPEN,
  closedOn,
  closesAt,
  closesFirst,
  DEFAULT_SCHEDULE,
  everyDay,
  isClosedDay,
  isOpen,
  isOpenEverywhere,
  nextOpening,
  nextOpeningEverywhere,
} from "./quiet-hours.ts";

const DAY_MS = 86_400_000;
const day = (date: string) => Date.parse(date) / DAY_MS;
const at = (iso: string) => new Date(iso);
/** Christmas and Boxing Day 2026 (Friday, Saturday) and the substitute on Monday. */
const christmas = new Set(["2026-12-25", "2026-12-26", "2026-12-28"].map(day));
const schedule = closedOn(DEFAULT_SCHEDULE, christmas);
const PERTH = "Australia/Perth";
const SYDNEY = "Australia/Sydney";

describe("a schedule with closed days", () => {
  test("is closed on them from the recipient's midnight to midnight, and else follows the week", () => {
    expect(isOpen(schedule, PERTH, at("2026-12-24T12:59:59Z"))).toBe(true);
    expect(isOpen(schedule, PERTH, at("2026-12-25T04:00:00Z"))).toBe(false);
    expect(isOpen(schedule, PERTH, at("2026-12-27T04:00:00Z"))).toBe(true);
    expect(isOpen(schedule, PERTH, at("2026-12-28T04:00:00Z"))).toBe(false);
    // 23:30 on Christmas Eve in Perth is Christmas in Sydney.
    expect(isClosedDay(schedule, PERTH, at("2026-12-24T15:30:00Z"))).toBe(false);
    expect(isClosedDay(schedule, SYDNEY, at("2026-12-24T15:30:00Z"))).toBe(true);
    expect(isClosedDay(DEFAULT_SCHEDULE, SYDNEY, at("2026-12-24T15:30:00Z"))).toBe(false);
  });

  test("may have other hours on them instead", () => {
    const short = closedOn(DEFAULT_SCHEDULE, christmas, { open: "10:00", close: "13:00" });
    expect(isOpen(short, PERTH, at("2026-12-25T01:59:00Z"))).toBe(false);
    expect(isOpen(short, PERTH, at("2026-12-25T02:00:00Z"))).toBe(true);
    expect(isOpen(short, PERTH, at("2026-12-25T05:00:00Z"))).toBe(false);
    expect(nextOpening(short, PERTH, at("2026-12-24T14:00:00Z"))).toEqual(at("2026-12-25T02:00:00Z"));
    expect(closesAt(short, PERTH, at("2026-12-25T03:00:00Z"))).toEqual(at("2026-12-25T05:00:00Z"));
  });

  test("next opens on the first day that is not closed", () => {
    expect(nextOpening(schedule, PERTH, at("2026-12-24T13:00:00Z"))).toEqual(at("2026-12-27T01:00:00Z"));
    expect(nextOpening(schedule, PERTH, at("2026-12-27T13:00:00Z"))).toEqual(at("2026-12-29T01:00:00Z"));
  });

  test("closes at midnight before a closed day, although the week never closes", () => {
    const always = closedOn(ALWAYS_OPEN, christmas);
    expect(closesAt(always, PERTH, at("2026-12-24T04:00:00Z"))).toEqual(at("2026-12-24T16:00:00Z"));
    expect(closesAt(always, PERTH, at("2026-12-01T04:00:00Z"))).toBeNull();
    expect(nextOpening(always, PERTH, at("2026-12-25T04:00:00Z"))).toEqual(at("2026-12-26T16:00:00Z"));
  });

  test("combines with others, in several zones", () => {
    const both = [everyDay("08:00", "22:00"), schedule];
    const zones = [PERTH, SYDNEY];
    expect(isOpenEverywhere(both, zones, at("2026-12-24T04:00:00Z"))).toBe(true);
    expect(isOpenEverywhere(both, zones, at("2026-12-25T04:00:00Z"))).toBe(false);
    expect(nextOpeningEverywhere(both, zones, at("2026-12-24T11:00:00Z"))).toEqual(
      at("2026-12-27T01:00:00Z"),
    );
    expect(closesFirst(both, zones, at("2026-12-24T04:00:00Z"))).toEqual(at("2026-12-24T10:00:00Z"));
  });
});

test("equals the week without closed days, and never opens when the week is closed", () => {
  const anyTime = fc.date({
    min: at("2026-12-20T00:00:00Z"),
    max: at("2027-01-02T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(anyTime, fc.constantFrom(PERTH, SYDNEY, "America/New_York"), (time, zone) => {
      const none = closedOn(DEFAULT_SCHEDULE, new Set());
      expect(isOpen(none, zone, time)).toBe(isOpen(DEFAULT_SCHEDULE, zone, time));
      expect(nextOpening(none, zone, time)).toEqual(nextOpening(DEFAULT_SCHEDULE, zone, time));
      const open = isOpen(schedule, zone, time);
      expect(open).toBe(isOpen(DEFAULT_SCHEDULE, zone, time) && !isClosedDay(schedule, zone, time));
      expect(isOpen(schedule, zone, nextOpening(schedule, zone, time)!)).toBe(true);
    }),
  );
});

describe("the gate", () => {
  const ask = (now: Date, zones = [PERTH]) =>
    quietHours(
      { quietHours: { schedules: [schedule], zones, zoneSource: "stated", overrideReason: null } },
      now,
    );

  test("holds over a holiday and says so", () => {
    expect(ask(at("2026-12-25T04:00:00Z"))).toEqual({
      kind: "hold",
      reason: "Quiet hours",
      until: at("2026-12-27T01:00:00Z"),
      looked: {
        publicHoliday: true,
        zone: PERTH,
        zones: 1,
        zoneSource: "stated",
        localTime: "12:00",
        opens: true,
      },
    });
  });

  test("says so too when only one of several schedules closes", () => {
    const schedules = [ALWAYS_OPEN, schedule];
    const facts = { schedules, zones: [PERTH], zoneSource: "stated", overrideReason: null } as const;
    expect(quietHours({ quietHours: facts }, at("2026-12-25T04:00:00Z"))).toMatchObject({
      looked: { publicHoliday: true, zone: PERTH, localTime: "12:00" },
    });
  });

  test("does not call an ordinary night a holiday", () => {
    expect(ask(at("2026-12-23T14:00:00Z"))).not.toHaveProperty("looked.publicHoliday");
    // It is already Christmas in Sydney, and night in Perth, which comes first.
    expect(ask(at("2026-12-24T15:30:00Z"), [PERTH, SYDNEY])).not.toHaveProperty("looked.publicHoliday");
  });
});
