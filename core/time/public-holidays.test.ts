import { describe, expect, test } from "vitest";
import data from "../data/public-holidays.json" with { type: "json" };
import { easterSunday, HOLIDAY_YEARS, holidayDays, publicHolidays } from "./public-holidays.ts";

const MS = 86_400_000;
const dates = (country: string, region: string | null, year: number) =>
  publicHolidays(country, region, year)!.map(({ date }) => date.slice(5));

/** The lists that the states publish, whole days only. A holiday on a weekend counts beside its substitute. */
describe("Australia, state by state, as published", () => {
  test.each([
    ["NSW", 2024, "01-01 01-26 03-29 03-30 03-31 04-01 04-25 06-10 10-07 12-25 12-26"],
    ["NSW", 2025, "01-01 01-27 04-18 04-19 04-20 04-21 04-25 06-09 10-06 12-25 12-26"],
    ["NSW", 2026, "01-01 01-26 04-03 04-04 04-05 04-06 04-25 04-27 06-08 10-05 12-25 12-26 12-28"],
    ["NSW", 2027, "01-01 01-26 03-26 03-27 03-28 03-29 04-25 04-26 06-14 10-04 12-25 12-26 12-27 12-28"],
    ["VIC", 2024, "01-01 01-26 03-11 03-29 03-30 03-31 04-01 04-25 06-10 09-27 11-05 12-25 12-26"],
    ["VIC", 2025, "01-01 01-27 03-10 04-18 04-19 04-20 04-21 04-25 06-09 09-26 11-04 12-25 12-26"],
    ["VIC", 2026, "01-01 01-26 03-09 04-03 04-04 04-05 04-06 04-25 06-08 09-25 11-03 12-25 12-26 12-28"],
    ["QLD", 2024, "01-01 01-26 03-29 03-30 03-31 04-01 04-25 05-06 10-07 12-25 12-26"],
    ["QLD", 2025, "01-01 01-27 04-18 04-19 04-20 04-21 04-25 05-05 10-06 12-25 12-26"],
    ["QLD", 2026, "01-01 01-26 04-03 04-04 04-05 04-06 04-25 05-04 10-05 12-25 12-26 12-28"],
    ["QLD", 2027, "01-01 01-26 03-26 03-27 03-28 03-29 04-25 04-26 05-03 10-04 12-25 12-26 12-27 12-28"],
    ["SA", 2024, "01-01 01-26 03-11 03-29 03-30 03-31 04-01 04-25 06-10 10-07 12-25 12-26"],
    ["SA", 2026, "01-01 01-26 03-09 04-03 04-04 04-05 04-06 04-25 06-08 10-05 12-25 12-26 12-28"],
    ["WA", 2024, "01-01 01-26 03-04 03-29 03-31 04-01 04-25 06-03 09-23 12-25 12-26"],
    ["WA", 2025, "01-01 01-27 03-03 04-18 04-20 04-21 04-25 06-02 09-29 12-25 12-26"],
    ["WA", 2026, "01-01 01-26 03-02 04-03 04-05 04-06 04-25 04-27 06-01 09-28 12-25 12-26 12-28"],
    ["WA", 2027, "01-01 01-26 03-01 03-26 03-28 03-29 04-25 04-26 06-07 09-27 12-25 12-26 12-27 12-28"],
    ["TAS", 2025, "01-01 01-27 03-10 04-18 04-21 04-25 06-09 12-25 12-26"],
    ["TAS", 2026, "01-01 01-26 03-09 04-03 04-06 04-25 06-08 12-25 12-26 12-28"],
    ["NT", 2025, "01-01 01-27 04-18 04-19 04-20 04-21 04-25 05-05 06-09 08-04 12-25 12-26"],
    ["NT", 2027, "01-01 01-26 03-26 03-27 03-28 03-29 04-25 04-26 05-03 06-14 08-02 12-25 12-26 12-27 12-28"],
    ["ACT", 2024, "01-01 01-26 03-11 03-29 03-30 03-31 04-01 04-25 05-27 06-10 10-07 12-25 12-26"],
    ["ACT", 2025, "01-01 01-27 03-10 04-18 04-19 04-20 04-21 04-25 06-02 06-09 10-06 12-25 12-26"],
    [
      "ACT",
      2026,
      "01-01 01-26 03-09 04-03 04-04 04-05 04-06 04-25 04-27 06-01 06-08 10-05 12-25 12-26 12-28",
    ],
  ])("%s %d", (state, year, published) => {
    expect(dates("AU", state, year).join(" ")).toBe(published);
  });

  test("without a state: the seven days of the telemarketing standard and their substitutes", () => {
    expect(dates("AU", null, 2026).join(" ")).toBe("01-01 01-26 04-03 04-06 04-25 12-25 12-26 12-28");
  });

  test("Western Australia's new calendar begins in 2028, with Labour Day later in an election year", () => {
    const named = (year: number, name: string) =>
      publicHolidays("AU", "WA", year)!.filter((day) => day.name === name);
    expect(named(2027, "Easter Saturday")).toEqual([]);
    expect(dates("AU", "WA", 2028)).toEqual(expect.arrayContaining(["03-13", "04-15", "06-12", "11-13"]));
    expect(named(2028, "Western Australia Day")).toHaveLength(1);
    expect(named(2029, "Labour Day")).toEqual([
      { date: "2029-03-19", name: "Labour Day", substitute: false },
    ]);
  });
});

describe("other countries, as published", () => {
  test.each([
    ["NZ", null, 2022 + 2, "01-01 01-02 02-06 03-29 04-01 04-25 06-03 06-28 10-28 12-25 12-26"],
    ["NZ", null, 2026, "01-01 01-02 02-06 04-03 04-06 04-25 04-27 06-01 07-10 10-26 12-25 12-26 12-28"],
    [
      "NZ",
      null,
      2027,
      "01-01 01-02 01-04 02-06 02-08 03-26 03-29 04-25 04-26 06-07 06-25 10-25 12-25 12-26 12-27 12-28",
    ],
    [
      "US",
      "PA",
      2026,
      "01-01 01-19 02-16 04-03 05-25 06-14 06-19 07-03 07-04 09-07 10-12 11-03 11-11 11-26 12-25",
    ],
    ["FR", null, 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"],
    ["DE", null, 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"],
    // 9 August 2026 is a Sunday.
    ["ZA", null, 2026, "01-01 03-21 04-03 04-06 04-27 05-01 06-16 08-09 08-10 09-24 12-16 12-25 12-26"],
    ["US", "TX", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25"],
    [
      "US",
      null,
      2027,
      "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31",
    ],
    ["GB", null, 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28"],
    ["GB", "ENG", 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28"],
    ["GB", "SCT", 2026, "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-26 12-28"],
    ["GB", "NIR", 2026, "01-01 03-17 04-03 04-06 05-04 05-25 07-12 07-13 08-31 12-25 12-26 12-28"],
    ["CA", null, 2026, "01-01 04-03 05-18 07-01 09-07 09-30 10-12 11-11 12-25 12-26 12-28"],
    ["CA", "ON", 2029, "01-01 03-30 05-21 07-01 07-02 09-03 09-30 10-01 10-08 11-11 11-12 12-25 12-26"],
  ])("%s %s %d", (country, region, year, published) => {
    expect(dates(country, region, year).join(" ")).toBe(published);
  });
});

test("a substitute is marked, and a moved holiday is not on the weekend", () => {
  const nsw = publicHolidays("AU", "NSW", 2030)!;
  expect(nsw.filter(({ name }) => name === "Australia Day")).toEqual([
    { date: "2030-01-28", name: "Australia Day", substitute: true },
  ]);
  expect(publicHolidays("NZ", null, 2026)!.filter(({ name }) => name === "Boxing Day")).toEqual([
    { date: "2026-12-26", name: "Boxing Day", substitute: false },
    { date: "2026-12-28", name: "Boxing Day", substitute: true },
  ]);
});

test("Easter by the table of the Book of Common Prayer, its earliest and latest days among them", () => {
  const easters = [
    "1818-03-22",
    "1943-04-25",
    "1954-04-18",
    "1981-04-19",
    "2000-04-23",
    "2008-03-23",
    "2024-03-31",
    "2025-04-20",
    "2026-04-05",
    "2027-03-28",
    "2028-04-16",
    "2029-04-01",
    "2030-04-21",
    "2031-04-13",
    "2032-03-28",
    "2033-04-17",
    "2034-04-09",
    "2035-03-25",
    "2036-04-13",
    "2037-04-05",
    "2038-04-25",
    "2039-04-10",
    "2040-04-01",
    "2049-04-18",
    "2076-04-19",
    "2100-03-28",
  ];
  for (const date of easters) expect(easterSunday(Number(date.slice(0, 4)))).toBe(Date.parse(date) / MS);
});

test("other countries and years are unknown", () => {
  expect(publicHolidays("SG", null, 2026)).toBeNull();
  expect(publicHolidays("constructor", null, 2026)).toBeNull();
  expect(publicHolidays("AU", "NSW", 2023)).toBeNull();
  expect(publicHolidays("AU", "NSW", 2041)).toBeNull();
  expect(publicHolidays("AU", "NSW", 2024)).not.toBeNull();
  expect(publicHolidays("AU", "NSW", 2040)).not.toBeNull();
  expect(HOLIDAY_YEARS).toEqual({ from: 2024, until: 2040 });
  expect(holidayDays("SG", null).size).toBe(0);
});

test("the days of a location cover all years, one set per location", () => {
  const days = holidayDays("AU", "NSW");
  expect(days.has(Date.parse("2024-01-01") / MS)).toBe(true);
  expect(days.has(Date.parse("2040-12-26") / MS)).toBe(true);
  expect(days.has(Date.parse("2026-11-23") / MS)).toBe(false);
  expect(holidayDays("AU", "NSW")).toBe(days);
  expect(holidayDays("AU", "VIC")).not.toBe(days);
  // Regions without a row have the country's days, and share the set.
  expect(holidayDays("US", "TX")).toBe(holidayDays("US", null));
  expect(holidayDays("AU", "XX")).toBe(holidayDays("AU", null));
  // Scotland appears only in exceptions and additions.
  expect(holidayDays("GB", "SCT").has(Date.parse("2026-04-06") / MS)).toBe(false);
  expect(holidayDays("GB", "ENG")).toBe(holidayDays("GB", null));
});

test("proclaimed days are in the years of the table, Matariki on Fridays", () => {
  for (const { rows } of Object.values(data.countries)) {
    for (const { name, dates = [] } of rows as { name: string; dates?: string[] }[]) {
      for (const date of dates) {
        expect(Number(date.slice(0, 4))).toBeGreaterThanOrEqual(HOLIDAY_YEARS.from);
        const weekday = new Date(date).getUTCDay();
        expect(weekday, `${name} ${date}`).toBe(name === "Matariki" ? 5 : 1);
      }
    }
  }
});
