import { describe, expect, test } from "vitest";
import presets from "../data/quiet-hours-presets.json" with { type: "json" };
import { HOLIDAY_YEARS, publicHolidays } from "./public-holidays.ts";
import { isOpen, nextOpening, weekSchedule } from "./quiet-hours.ts";
import {
  type HoursRule,
  hoursRules,
  leastLawCap,
  ruleOf,
  rulesAt,
  SHIPPED_HOURS,
  scheduleOf,
} from "./quiet-hours-presets.ts";
import { zonesOf } from "./time-zone.ts";
import { windowsOf } from "./week-schedule.ts";

const names = (country: string, region?: string | null) =>
  rulesAt(country, region).map(({ jurisdiction, basis }) => `${basis} ${jurisdiction}`);
const scheduleAt = (country: string, region: string | null, jurisdiction: string) =>
  scheduleOf(rulesAt(country, region).find((rule) => rule.jurisdiction === jurisdiction)!);

describe("every rule of the table", () => {
  test.each(hoursRules().map((rule) => [rule.jurisdiction, rule] as const))("%s is whole", (_, rule) => {
    const { jurisdiction, country, region, basis, week, holidays, capPerDay, source, checked } = rule;
    expect(jurisdiction).toMatch(/^[A-Z]{2}(-[A-Za-z]+)?( \(recommended\))?$/);
    expect(["statute", "guidance"]).toContain(basis);
    expect(weekSchedule.parse(week)).toEqual(week);
    expect(week.some((day) => day !== null)).toBe(true);
    expect(zonesOf(country).length).toBeGreaterThan(0);
    expect(capPerDay === null || (Number.isInteger(capPerDay) && capPerDay > 0)).toBe(true);
    expect(source).toMatch(/^https:\/\/[a-z0-9.-]+\/\S*$/);
    expect(checked).toMatch(/^20\d\d-\d\d-\d\d$/);
    for (const text of [rule.name, rule.law, rule.confidence]) expect(text.length).toBeGreaterThan(3);
    // Hours on public holidays that nobody knows would never close.
    if (holidays !== "as usual") {
      expect(publicHolidays(country, region, HOLIDAY_YEARS.from)?.length).toBeGreaterThan(5);
    }
  });

  test("has no stricter cap than three texts in 24 hours; a book may have none", () => {
    expect(leastLawCap()).toBe(3);
    const rules = SHIPPED_HOURS.rules.map((rule) => ({ ...rule, capPerDay: null }));
    expect(leastLawCap({ ...SHIPPED_HOURS, rules })).toBeNull();
  });

  test("has a name of its own, and is one of those written", () => {
    const all = hoursRules().map((rule) => rule.jurisdiction);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(presets.rows.length - 1);
  });

  test("has only days that exist", () => {
    for (const { hours } of presets.rows) {
      for (const days of Object.keys(hours)) {
        expect(days).toMatch(/^(mon|tue|wed|thu|fri|sat|sun)(-(tue|wed|thu|fri|sat|sun))?$/);
      }
    }
  });
});

test("the federal hours hold in every state, a state's own on top", () => {
  expect(names("US", "FL")).toEqual(["statute US", "statute US-FL"]);
  expect(names("US", "GA")).toEqual(["statute US"]);
  expect(names("US", "PA")).toEqual(["statute US", "statute US-PA", "guidance US-PA (recommended)"]);
});

test("people whose state is not known have a rule of their own", () => {
  expect(names("US")).toEqual(["statute US", "guidance US-unknown"]);
  expect(names("US", null)).toEqual(names("US"));
});

test("Australia has no statute for texts, India has, France has both", () => {
  expect(names("AU", "NSW")).toEqual(["guidance AU"]);
  expect(names("IN")).toEqual(["statute IN"]);
  expect(names("FR")).toEqual(["statute FR", "guidance FR (recommended)"]);
});

test("a country that nobody looked up has 09:00 to 20:00 on every day but Sunday", () => {
  const [rule] = rulesAt("SG");
  expect(rule).toMatchObject({ jurisdiction: "SG", name: "Singapore", basis: "guidance", isDefault: true });
  expect(rule!.week.slice(0, 6)).toEqual(Array(6).fill({ open: "09:00", close: "20:00" }));
  expect(rule!.week[6]).toBeNull();
  expect(rulesAt("SG", "Central")[0]).toBe(rule);
  expect(rulesAt("ZZ")[0]).toMatchObject({ jurisdiction: "ZZ", isDefault: true });
  expect(rulesAt("x")[0]).toMatchObject({ name: "x" });
});

test("Texas opens later on Sunday", () => {
  const sundayEleven = new Date("2026-11-22T17:00:00Z");
  expect(isOpen(scheduleAt("US", "TX", "US"), "America/Chicago", sundayEleven)).toBe(true);
  expect(nextOpening(scheduleAt("US", "TX", "US-TX"), "America/Chicago", sundayEleven)).toEqual(
    new Date("2026-11-22T18:00:00Z"),
  );
});

describe("public holidays", () => {
  test("close Alabama on Thanksgiving, and not the whole country", () => {
    const thanksgiving = new Date("2026-11-26T18:00:00Z");
    const alabama = scheduleAt("US", "AL", "US-AL");
    expect(isOpen(scheduleAt("US", "AL", "US"), "America/Chicago", thanksgiving)).toBe(true);
    expect(isOpen(alabama, "America/Chicago", thanksgiving)).toBe(false);
    expect(nextOpening(alabama, "America/Chicago", thanksgiving)).toEqual(new Date("2026-11-27T14:00:00Z"));
    expect(scheduleAt("US", "AL", "US-AL")).toBe(alabama);
  });

  test("close every rule that says so at Christmas", () => {
    const christmas = Date.UTC(2026, 11, 25) / 86_400_000;
    const closing = hoursRules().filter(({ holidays }) => holidays === null);
    expect(closing.map(({ country }) => country)).toEqual(
      expect.arrayContaining(["AU", "DE", "FR", "ZA", "US"]),
    );
    for (const rule of closing) {
      const schedule = scheduleOf(rule);
      expect("closedDays" in schedule && schedule.closedDays.has(christmas), rule.jurisdiction).toBe(true);
    }
  });

  test("in Australia are the seven national days, and no state's own", () => {
    const schedule = scheduleAt("AU", "VIC", "AU");
    const noon = (day: string) => new Date(`${day}T02:00:00Z`);
    expect(isOpen(schedule, "Australia/Melbourne", noon("2026-04-06"))).toBe(false);
    expect(isOpen(schedule, "Australia/Melbourne", noon("2026-11-03"))).toBe(true);
  });

  test("may have hours of their own", () => {
    const [base] = rulesAt("ZA");
    const rule: HoursRule = { ...base!, holidays: [{ open: "10:00", close: "12:00" }] };
    const eleven = new Date("2026-12-25T09:00:00Z");
    expect(isOpen(scheduleOf(base!), "Africa/Johannesburg", eleven)).toBe(false);
    expect(isOpen(scheduleOf(rule), "Africa/Johannesburg", eleven)).toBe(true);
    expect(isOpen(scheduleOf(rule), "Africa/Johannesburg", new Date("2026-12-25T11:00:00Z"))).toBe(false);
  });
});

test("hours say which rule they are of", () => {
  const [rule] = rulesAt("ZA");
  expect(ruleOf(scheduleOf(rule!))).toBe(rule);
  expect(ruleOf([...rule!.week])).toBeNull();
  expect(windowsOf(rule!.week[5])).toEqual([{ open: "09:00", close: "13:00" }]);
});

test("unknown places do not displace known ones from the cache", () => {
  const texas = rulesAt("US", "TX");
  for (let made = 0; made < 1_100; made++) {
    expect(rulesAt("XX", `made-up ${made}`)).toHaveLength(1);
    expect(rulesAt(`made-up ${made}`)).toHaveLength(1);
  }
  expect(rulesAt("US", "TX")).toBe(texas);
  expect(rulesAt("US", "AL")).toHaveLength(2);
});
