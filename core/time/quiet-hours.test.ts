import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALWAYS_OPEN,
  closesAt,
  closesFirst,
  DEFAULT_SCHEDULE,
  everyDay,
  isOpen,
  isOpenEverywhere,
  isStricter,
  nextOpening,
  nextOpeningEverywhere,
  type WeekSchedule,
  weekSchedule,
} from "./quiet-hours.ts";
import { windowsOf } from "./week-schedule.ts";

const at = (iso: string) => new Date(iso);
const only = (day: number, open: string, close: string): WeekSchedule =>
  Array.from({ length: 7 }, (_, index) => (index === day ? { open, close } : null));
const NEVER: WeekSchedule = Array.from({ length: 7 }, () => null);
const SUNDAY = 6;

/** The wall clock from another source than the code under test: the runtime's own formatter. */
function wallClock(zone: string, instant: Date): { day: number; time: string } {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(instant);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)!.value;
  const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part("weekday"));
  return { day, time: `${part("hour")}:${part("minute")}` };
}

function shownOpen(schedule: WeekSchedule, zone: string, instant: Date): boolean {
  const { day, time } = wallClock(zone, instant);
  return windowsOf(schedule[day]).some(({ open, close }) => open <= time && time < close);
}

describe("on an ordinary day", () => {
  test("is open from 09:00 until just before 21:00 in the recipient's zone", () => {
    const open = (iso: string) => isOpen(DEFAULT_SCHEDULE, "Australia/Perth", at(iso));
    expect(open("2026-11-23T00:59:59.999Z")).toBe(false);
    expect(open("2026-11-23T01:00:00Z")).toBe(true);
    expect(open("2026-11-23T12:59:59.999Z")).toBe(true);
    expect(open("2026-11-23T13:00:00Z")).toBe(false);
  });

  test("opens next at the instant itself when open, else the next morning", () => {
    const noon = at("2026-11-23T04:00:00Z");
    expect(nextOpening(DEFAULT_SCHEDULE, "Australia/Perth", noon)).toEqual(noon);
    expect(nextOpening(DEFAULT_SCHEDULE, "Australia/Perth", at("2026-11-23T13:40:00Z"))).toEqual(
      at("2026-11-24T01:00:00Z"),
    );
    expect(nextOpening(DEFAULT_SCHEDULE, "Australia/Perth", at("2026-11-22T16:30:00Z"))).toEqual(
      at("2026-11-23T01:00:00Z"),
    );
  });

  test("closes the same evening, and has no closing time while closed", () => {
    expect(closesAt(DEFAULT_SCHEDULE, "Australia/Perth", at("2026-11-23T04:00:00Z"))).toEqual(
      at("2026-11-23T13:00:00Z"),
    );
    expect(closesAt(DEFAULT_SCHEDULE, "Australia/Perth", at("2026-11-23T14:00:00Z"))).toBeNull();
  });

  test("skips closed days, up to a week", () => {
    const mondays = only(0, "09:00", "10:00");
    expect(nextOpening(mondays, "Asia/Tokyo", at("2026-11-23T01:00:00Z"))).toEqual(
      at("2026-11-30T00:00:00Z"),
    );
    expect(nextOpening(NEVER, "Asia/Tokyo", at("2026-11-23T01:00:00Z"))).toBeNull();
  });

  test("a window to 24:00 continues into one from 00:00", () => {
    const night: WeekSchedule = [
      { open: "20:00", close: "24:00" },
      { open: "00:00", close: "02:00" },
      null,
      null,
      null,
      null,
      null,
    ];
    expect(closesAt(night, "UTC", at("2026-11-23T21:00:00Z"))).toEqual(at("2026-11-24T02:00:00Z"));
    expect(closesAt(ALWAYS_OPEN, "UTC", at("2026-11-23T21:00:00Z"))).toBeNull();
    expect(closesAt(only(0, "20:00", "24:00"), "UTC", at("2026-11-23T21:00:00Z"))).toEqual(
      at("2026-11-24T00:00:00Z"),
    );
  });
});

describe("where clocks change", () => {
  test("opens at 09:00 on the wall clock on both sides of a change, whatever the hours between", () => {
    // Sydney goes to summer time on 4 October 2026 and back on 4 April 2027.
    const before = nextOpening(DEFAULT_SCHEDULE, "Australia/Sydney", at("2026-10-03T11:30:00Z"));
    const after = nextOpening(DEFAULT_SCHEDULE, "Australia/Sydney", at("2027-04-03T10:30:00Z"));
    expect(before).toEqual(at("2026-10-03T22:00:00Z"));
    expect(after).toEqual(at("2027-04-03T23:00:00Z"));
  });

  test("an opening time that is skipped opens when the clocks jump over it", () => {
    const skipped = only(SUNDAY, "02:30", "12:00");
    expect(nextOpening(skipped, "Australia/Sydney", at("2026-10-03T10:00:00Z"))).toEqual(
      at("2026-10-03T16:00:00Z"),
    );
  });

  test("a closing time that is skipped closes when the clocks jump over it", () => {
    const skipped = only(SUNDAY, "01:00", "02:30");
    expect(closesAt(skipped, "Australia/Sydney", at("2026-10-03T15:30:00Z"))).toEqual(
      at("2026-10-03T16:00:00Z"),
    );
  });

  test("a window that lies in a gap never opens on that day, and does a week later", () => {
    const swallowed = only(SUNDAY, "02:10", "02:50");
    expect(nextOpening(swallowed, "Australia/Sydney", at("2026-10-03T10:00:00Z"))).toEqual(
      at("2026-10-10T15:10:00Z"),
    );
  });

  test("a repeated time counts by the clock, both times", () => {
    // 02:00-03:00 happens twice in Sydney on 4 April 2027, first at +11, then at +10.
    const half = only(SUNDAY, "02:30", "02:45");
    expect(nextOpening(half, "Australia/Sydney", at("2027-04-03T10:00:00Z"))).toEqual(
      at("2027-04-03T15:30:00Z"),
    );
    expect(closesAt(half, "Australia/Sydney", at("2027-04-03T15:30:00Z"))).toEqual(
      at("2027-04-03T15:45:00Z"),
    );
    expect(nextOpening(half, "Australia/Sydney", at("2027-04-03T15:45:00Z"))).toEqual(
      at("2027-04-03T16:30:00Z"),
    );
  });

  test("New York, 1 November 2026: the window that ends in the repeated hour opens again with it", () => {
    const early = only(SUNDAY, "00:30", "01:30");
    expect(closesAt(early, "America/New_York", at("2026-11-01T05:00:00Z"))).toEqual(
      at("2026-11-01T05:30:00Z"),
    );
    expect(nextOpening(early, "America/New_York", at("2026-11-01T05:30:00Z"))).toEqual(
      at("2026-11-01T06:00:00Z"),
    );
  });

  test("half an hour in Lord Howe, midnight in Cairo, a day left out in Samoa", () => {
    expect(nextOpening(DEFAULT_SCHEDULE, "Australia/Lord_Howe", at("2026-10-03T12:00:00Z"))).toEqual(
      at("2026-10-03T22:00:00Z"),
    );
    expect(nextOpening(only(4, "00:00", "02:00"), "Africa/Cairo", at("2026-04-23T12:00:00Z"))).toEqual(
      at("2026-04-23T22:00:00Z"),
    );
    expect(nextOpening(only(4, "09:00", "10:00"), "Pacific/Apia", at("2011-12-30T05:00:00Z"))).toEqual(
      at("2012-01-05T19:00:00Z"),
    );
  });
});

const ZONES = [
  "UTC",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Australia/Perth",
  "America/New_York",
  "America/Havana",
  "America/St_Johns",
  "Africa/Casablanca",
  "Africa/Cairo",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "America/Scoresbysund",
  "Pacific/Chatham",
  "Europe/London",
];

/** About half of the instants are near a change of clocks, where mistakes are likely. */
const zoneAndInstant = fc.constantFrom(...ZONES).chain((zone) => {
  const anywhere = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2040, 0, 1) });
  const nearChange = fc
    .tuple(
      fc.integer({ min: 2024, max: 2037 }),
      fc.constantFrom(2, 3, 8, 9, 10),
      fc.integer({ min: 0, max: 44_640 }),
    )
    .map(([year, month, minute]) => Date.UTC(year, month, 1) + minute * 60_000);
  return fc.oneof(anywhere, nearChange).map((ms) => ({ zone, instant: new Date(ms) }));
});

const time = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const window = fc
  .tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 1, max: 1_440 }))
  .map(([a, b]) => ({ open: time(Math.min(a, b - 1)), close: time(Math.max(a + 1, b)) }));
const schedules = fc.array(fc.option(window), { minLength: 7, maxLength: 7 });

describe("always", () => {
  test("agrees with what the runtime's formatter shows", () => {
    fc.assert(
      fc.property(schedules, zoneAndInstant, (schedule, { zone, instant }) => {
        expect(isOpen(schedule, zone, instant)).toBe(shownOpen(schedule, zone, instant));
      }),
      { numRuns: 1_000 },
    );
  });

  test("the next opening is open and nothing before it is", () => {
    fc.assert(
      fc.property(
        schedules,
        zoneAndInstant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, place, part) => {
          const { zone, instant } = place;
          const opening = nextOpening(schedule, zone, instant);
          if (opening === null) {
            expect(schedule.every((day) => day === null)).toBe(true);
            return;
          }
          expect(shownOpen(schedule, zone, opening)).toBe(true);
          const waitMs = opening.getTime() - instant.getTime();
          if (waitMs === 0) return;
          for (const ms of [waitMs - 1, Math.min(waitMs - 1, waitMs * part)]) {
            expect(shownOpen(schedule, zone, new Date(instant.getTime() + Math.floor(ms)))).toBe(false);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("it is open until it closes, and then it is not", () => {
    fc.assert(
      fc.property(
        schedules,
        zoneAndInstant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, place, part) => {
          const { zone, instant } = place;
          const closing = closesAt(schedule, zone, instant);
          if (closing === null) return;
          expect(shownOpen(schedule, zone, closing)).toBe(false);
          const leftMs = closing.getTime() - instant.getTime();
          for (const ms of [0, leftMs - 1, leftMs * part - 1]) {
            expect(shownOpen(schedule, zone, new Date(instant.getTime() + Math.max(0, Math.floor(ms))))).toBe(
              true,
            );
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("several hours and zones at once", () => {
  const AUSTRALIA = ["Sydney", "Brisbane", "Adelaide", "Darwin", "Perth"].map((city) => `Australia/${city}`);

  test("an unknown Australian waits for Perth's morning and stops at Sydney's evening", () => {
    const night = at("2026-11-23T12:00:00Z");
    expect(isOpenEverywhere([DEFAULT_SCHEDULE], AUSTRALIA, night)).toBe(false);
    const opening = nextOpeningEverywhere([DEFAULT_SCHEDULE], AUSTRALIA, night)!;
    expect(opening).toEqual(at("2026-11-24T01:00:00Z"));
    expect(closesFirst([DEFAULT_SCHEDULE], AUSTRALIA, opening)).toEqual(at("2026-11-24T10:00:00Z"));
    expect(closesFirst([DEFAULT_SCHEDULE], AUSTRALIA, night)).toBeNull();
  });

  test("a campaign's hours and the tenant's must both be open", () => {
    const afternoon = everyDay("13:00", "17:00");
    const both = [DEFAULT_SCHEDULE, afternoon];
    expect(nextOpeningEverywhere(both, ["UTC"], at("2026-11-23T09:00:00Z"))).toEqual(
      at("2026-11-23T13:00:00Z"),
    );
    expect(closesFirst(both, ["UTC"], at("2026-11-23T14:00:00Z"))).toEqual(at("2026-11-23T17:00:00Z"));
    expect(closesFirst([ALWAYS_OPEN], ["UTC"], at("2026-11-23T14:00:00Z"))).toBeNull();
  });

  test("hours that never meet never open", () => {
    const apart = [everyDay("09:00", "10:00"), everyDay("11:00", "12:00")];
    expect(nextOpeningEverywhere(apart, ["UTC"], at("2026-11-23T09:00:00Z"))).toBeNull();
    expect(nextOpeningEverywhere([NEVER, DEFAULT_SCHEDULE], ["UTC"], at("2026-11-23T09:00:00Z"))).toBeNull();
  });

  test("without hours or zones nothing is open", () => {
    const noon = at("2026-11-23T12:00:00Z");
    expect(isOpenEverywhere([], ["UTC"], noon)).toBe(false);
    expect(isOpenEverywhere([ALWAYS_OPEN], [], noon)).toBe(false);
    expect(nextOpeningEverywhere([], ["UTC"], noon)).toBeNull();
    expect(nextOpeningEverywhere([ALWAYS_OPEN], [], noon)).toBeNull();
  });

  test("the common opening is open everywhere, and just before it is not", () => {
    fc.assert(
      fc.property(
        fc.array(schedules, { minLength: 1, maxLength: 2 }),
        fc.array(fc.constantFrom(...ZONES), { minLength: 1, maxLength: 4 }),
        zoneAndInstant,
        (several, zones, { instant }) => {
          const opening = nextOpeningEverywhere(several, zones, instant);
          if (opening === null) return;
          expect(isOpenEverywhere(several, zones, opening)).toBe(true);
          if (opening.getTime() === instant.getTime()) return;
          expect(isOpenEverywhere(several, zones, new Date(opening.getTime() - 1))).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("unreadable input is closed", () => {
  test.each(["Mars/Base", "", "not a zone"])("zone %j", (zone) => {
    expect(isOpen(ALWAYS_OPEN, zone, at("2026-11-23T12:00:00Z"))).toBe(false);
    expect(nextOpening(ALWAYS_OPEN, zone, at("2026-11-23T12:00:00Z"))).toBeNull();
    expect(nextOpeningEverywhere([ALWAYS_OPEN], [zone], at("2026-11-23T12:00:00Z"))).toBeNull();
  });

  test("an invalid instant, and hours that are not HH:MM", () => {
    expect(isOpen(ALWAYS_OPEN, "UTC", new Date(Number.NaN))).toBe(false);
    expect(nextOpening(ALWAYS_OPEN, "UTC", new Date(Number.NaN))).toBeNull();
    expect(nextOpeningEverywhere([ALWAYS_OPEN], ["UTC"], new Date(Number.NaN))).toBeNull();
    expect(isOpen(everyDay("9:00", "21:00"), "UTC", at("2026-11-23T12:00:00Z"))).toBe(false);
    expect(isOpen(everyDay("0900h", "2100h"), "UTC", at("2026-11-23T12:00:00Z"))).toBe(false);
  });
});

describe("a schedule from outside", () => {
  const fault = (schedule: unknown) => weekSchedule.safeParse(schedule).error?.issues[0]?.message;

  test("may be seven windows or nulls", () => {
    expect(weekSchedule.parse(DEFAULT_SCHEDULE)).toEqual(DEFAULT_SCHEDULE);
    expect(weekSchedule.parse(ALWAYS_OPEN)).toEqual(ALWAYS_OPEN);
    expect(weekSchedule.parse(NEVER)).toEqual(NEVER);
  });

  test("is refused with a sentence that says what is wrong", () => {
    expect(fault(DEFAULT_SCHEDULE.slice(1))).toMatch("seven days, Monday first");
    expect(fault(everyDay("9:00", "21:00"))).toMatch("Write the opening time as HH:MM");
    expect(fault(everyDay("24:00", "24:00"))).toMatch("Write the opening time as HH:MM");
    expect(fault(everyDay("09:00", "24:01"))).toMatch("Write the closing time as HH:MM");
    expect(fault(everyDay("09:00", "09:00"))).toMatch("close later than it opens");
    const fiveWindows = Array.from({ length: 5 }, (_, hour) => ({
      open: `0${hour}:00`,
      close: `0${hour}:30`,
    }));
    expect(fault([fiveWindows, ...NEVER.slice(1)])).toMatch("at most 4 windows");
  });

  test("keeps two windows of a day, in order", () => {
    const [afternoon, morning] = [
      { open: "14:00", close: "18:00" },
      { open: "09:00", close: "12:00" },
    ];
    expect(weekSchedule.parse([[afternoon, morning], ...NEVER.slice(1)])[0]).toEqual([morning, afternoon]);
    expect(weekSchedule.parse([[morning], ...NEVER.slice(1)])[0]).toEqual(morning);
    expect(weekSchedule.parse([[], ...NEVER.slice(1)])[0]).toBeNull();
  });

  test("joins windows that overlap or touch", () => {
    const windows = [
      { open: "10:00", close: "12:00" },
      { open: "09:00", close: "11:00" },
      { open: "12:00", close: "13:00" },
      { open: "10:30", close: "10:40" },
    ];
    expect(weekSchedule.parse([windows, ...NEVER.slice(1)])[0]).toEqual({ open: "09:00", close: "13:00" });
  });

  test("reads a window that closes before it opens as one over midnight", () => {
    const sundayNight = weekSchedule.parse([...NEVER.slice(1), { open: "20:00", close: "02:00" }]);
    expect(sundayNight[6]).toEqual({ open: "20:00", close: "24:00" });
    expect(sundayNight[0]).toEqual({ open: "00:00", close: "02:00" });
    expect(weekSchedule.parse([{ open: "20:00", close: "00:00" }, ...NEVER.slice(1)]).slice(0, 2)).toEqual([
      { open: "20:00", close: "24:00" },
      null,
    ]);
    // Monday 2026-11-23, just after midnight in Sydney: Sunday's window is still open, and closes at 02:00.
    expect(isOpen(sundayNight, "Australia/Sydney", at("2026-11-22T14:30:00Z"))).toBe(true);
    expect(closesAt(sundayNight, "Australia/Sydney", at("2026-11-22T12:00:00Z"))).toEqual(
      at("2026-11-22T15:00:00Z"),
    );
  });
});

describe("a day with two windows", () => {
  const lunch = weekSchedule.parse(
    Array(7).fill([
      { open: "09:00", close: "12:00" },
      { open: "14:00", close: "18:00" },
    ]),
  );

  test("is closed between them", () => {
    expect(isOpen(lunch, "Australia/Perth", at("2026-11-23T03:59:00Z"))).toBe(true);
    expect(isOpen(lunch, "Australia/Perth", at("2026-11-23T04:00:00Z"))).toBe(false);
    expect(nextOpening(lunch, "Australia/Perth", at("2026-11-23T04:00:00Z"))).toEqual(
      at("2026-11-23T06:00:00Z"),
    );
    expect(closesAt(lunch, "Australia/Perth", at("2026-11-23T03:00:00Z"))).toEqual(
      at("2026-11-23T04:00:00Z"),
    );
    expect(closesAt(lunch, "Australia/Perth", at("2026-11-23T07:00:00Z"))).toEqual(
      at("2026-11-23T10:00:00Z"),
    );
  });
});

describe("a campaign may only be stricter", () => {
  test.each([
    ["the same", DEFAULT_SCHEDULE, true],
    ["shorter", everyDay("10:00", "20:00"), true],
    ["closed", NEVER, true],
    ["earlier", everyDay("08:59", "20:00"), false],
    ["later", everyDay("10:00", "21:01"), false],
  ])("%s", (_name, campaign, stricter) => {
    expect(isStricter(campaign, DEFAULT_SCHEDULE)).toBe(stricter);
  });

  test("no day may open that the tenant closes", () => {
    expect(isStricter(DEFAULT_SCHEDULE, [...DEFAULT_SCHEDULE.slice(0, 6), null])).toBe(false);
  });
});

test.each([
  ["x09:00", "17:00", false],
  ["09:00x", "17:00", false],
  ["09:00", "x17:00", false],
  ["09:00", "17:00x", false],
  ["09:00", "24:01", false],
  ["24:00", "24:00", false],
  ["00:00", "24:00", true],
  ["23:59", "24:00", true],
])("a day from %s to %s: %s", (open, close, valid) => {
  const parsed = weekSchedule.safeParse([{ open, close }, null, null, null, null, null, null]);
  expect(parsed.success).toBe(valid);
});

test("an invalid time never opens and never closes", () => {
  const at = new Date("2026-11-23T04:00:00Z");
  for (const time of ["9:00", "0900", "09:00:00", "09.00", ""]) {
    expect(isOpen(everyDay(time, "24:00"), "UTC", at), time).toBe(false);
    expect(isOpen(everyDay("00:00", time), "UTC", at), time).toBe(false);
  }
});
