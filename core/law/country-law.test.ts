import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HOLIDAY_YEARS } from "../time/public-holidays.ts";
import type { HoursRule } from "../time/quiet-hours-presets.ts";
import { rulesAt } from "../time/quiet-hours-presets.ts";
import { isValidZone } from "../time/time-zone.ts";
import { countryLaw, lawCountries, outdatedLaw, unknownHolidays } from "./country-law.ts";
import { holidayWords, lawDocument, weekWords } from "./law-document.ts";

const NOW = new Date("2026-11-30T00:00:00Z");

test("there are 247 countries", () => {
  expect(lawCountries()).toHaveLength(247);
});

test.each(lawCountries())(
  "%s has a name, zones, hours, a rule of consent, and says whether it has a price",
  (code) => {
    const law = countryLaw(code, NOW)!;
    expect(law.name).toMatch(/^\p{Lu}/u);
    expect(law.name).not.toBe(code);
    expect(law.zones.length).toBeGreaterThan(0);
    for (const zone of law.zones) expect(isValidZone(zone)).toBe(true);
    expect(law.rules.length).toBeGreaterThan(0);
    expect(law.consent).toMatch(/^express/);
    expect(law.priced).toBe(!law.missing.some((sentence) => sentence.startsWith("No price")));
    if (law.rules.some((rule) => rule.isDefault)) {
      expect(weekWords(law.rules[0]!.week)).toBe("Mon–Sat 09:00–20:00; Sun none");
    }
  },
);

test("says what is missing for a country that nobody looked up, and nothing for one that is whole", () => {
  expect(countryLaw("AQ", NOW)!.missing).toEqual([
    expect.stringContaining("No number plan"),
    expect.stringContaining("No price"),
    expect.stringContaining("No rule of hours"),
    expect.stringContaining("No consent law"),
    expect.stringContaining("No wording"),
  ]);
  expect(countryLaw("AU", NOW)!.missing).toEqual([]);
  expect(countryLaw("US", NOW)!.rules.length).toBeGreaterThan(20);
  expect(countryLaw("XX", NOW)).toBeNull();
});

describe("a rule that gets old", () => {
  test("is named a year after its source was read", () => {
    const nextYear = (date: string) => new Date(Date.parse(date) + 365 * 86_400_000);
    expect(outdatedLaw(["ZA"], nextYear("2026-11-29"))).toEqual([]);
    expect(outdatedLaw(["ZA"], nextYear("2026-11-30"))).toEqual([
      "ZA: its source was last read on 2026-11-29, over a year ago. Read it again.",
    ]);
    expect(outdatedLaw(["SG"], nextYear("2030-01-01"))).toEqual([]);
  });

  test("is named when its public holidays are known for this year only", () => {
    const last = new Date(`${HOLIDAY_YEARS.until}-01-01T00:00:00Z`);
    expect(outdatedLaw(["DE"], last)).toContainEqual(
      expect.stringContaining("DE: its public holidays are known until 2040 only"),
    );
    expect(unknownHolidays(["DE", "GB", "SG"], last)).toMatch(/^Public holidays after 2040 .* Germany could/);
    expect(unknownHolidays(["DE"], NOW)).toBeNull();
    expect(unknownHolidays([], last)).toBeNull();
  });
});

describe("docs/law.md", () => {
  test("is what the data say", () => {
    expect(readFileSync(`${import.meta.dirname}/../../docs/law.md`, "utf8")).toBe(lawDocument());
  });

  test("has a row for each rule and each country", () => {
    const text = lawDocument();
    for (const word of ["Oregon (US-OR)", "3 in 24 h", "needed before use", "Singapore (SG)"]) {
      expect(text).toContain(word);
    }
  });
});

test("hours and public holidays in words", () => {
  const [rule] = rulesAt("ZA");
  expect(weekWords(rule!.week)).toBe("Mon–Fri 08:00–20:00; Sat 09:00–13:00; Sun none");
  expect(weekWords(Array(7).fill({ open: "09:00", close: "20:00" }))).toBe("every day 09:00–20:00");
  expect(holidayWords(rule!)).toBe("closed");
  const short: HoursRule = { ...rule!, holidays: [{ open: "10:00", close: "12:00" }] };
  expect(holidayWords(short)).toBe("10:00–12:00");
});
