import { describe, expect, test } from "vitest";
import {
  type DestinationHours,
  type HoursSettings,
  hoursFor,
  lawCapAt,
  type Place,
  recommendedApply,
} from "./destination-hours.ts";
import { placesOf } from "./places.ts";
import { ALWAYS_OPEN, everyDay } from "./quiet-hours.ts";
import { ruleOf } from "./quiet-hours-presets.ts";

const home: HoursSettings = { country: "AU", quietHours: ALWAYS_OPEN };
const at = (country: string, region: string | null = null): Place => ({ country, region });

/** The rules whose hours apply. */
const rulesFor = (settings: HoursSettings, places: readonly Place[], marketing = true) =>
  hoursFor(settings, null, places, { marketing }).flatMap((schedule) => ruleOf(schedule)?.jurisdiction ?? []);

describe("recommended hours", () => {
  test.each<[string, DestinationHours | undefined, string, boolean]>([
    ["apply abroad until an owner chooses", undefined, "SG", true],
    ["do not apply at home until somebody chooses them", undefined, "AU", false],
    ["apply at home when chosen", { AU: "recommended" }, "AU", true],
    ["do not apply abroad when the own hours are chosen", { SG: "own" }, "SG", false],
    ["follow the choice for that country only", { SG: "own" }, "NZ", true],
    ["ignore an unknown choice", { SG: "never" as never }, "SG", true],
    ["ignore names that every object has", {}, "constructor", true],
  ])("%s", (_, destinationHours, country, applies) => {
    expect(recommendedApply({ country: "AU", ...(destinationHours && { destinationHours }) }, country)).toBe(
      applies,
    );
  });

  test("join the organisation's own", () => {
    expect(rulesFor(home, [at("AU")])).toEqual([]);
    expect(rulesFor(home, [at("SG")])).toEqual(["SG"]);
    expect(rulesFor({ ...home, destinationHours: { AU: "recommended" } }, [at("AU", "NSW")])).toEqual(["AU"]);
  });

  test("do not restrict answers, the law does", () => {
    expect(rulesFor(home, [at("SG")], false)).toEqual([]);
    expect(rulesFor(home, [at("FR")], false)).toEqual(["FR"]);
  });
});

describe("the law's hours", () => {
  test("apply at home and whatever is chosen", () => {
    const american: HoursSettings = {
      country: "US",
      quietHours: ALWAYS_OPEN,
      destinationHours: { US: "own" },
    };
    expect(rulesFor(american, [at("US", "FL")])).toEqual(["US", "US-FL"]);
  });

  test("are those of both states where the area code and the address differ", () => {
    expect(rulesFor(home, [at("US", "FL"), at("US", "TX")])).toEqual(["US", "US-FL", "US-TX"]);
  });

  test("stand beside the campaign's and the platform's limit", () => {
    const [campaign, limit] = [everyDay("10:00", "11:00"), everyDay("08:00", "20:00")];
    expect(hoursFor({ ...home, sendingHoursLimit: limit }, campaign, [])).toEqual([
      ALWAYS_OPEN,
      campaign,
      limit,
    ]);
    expect(hoursFor({ ...home, sendingHoursLimit: null }, null, [])).toEqual([ALWAYS_OPEN]);
  });
});

describe("the law's cap", () => {
  test.each(["FL", "MD", "OK", "OR"])("is three in 24 hours in %s", (region) => {
    expect(lawCapAt([at("US", region)])).toEqual({ perDay: 3, rule: `US-${region}` });
  });

  test("is none elsewhere, and the first strictest of two states", () => {
    expect(lawCapAt([at("US", "GA")])).toBeNull();
    expect(lawCapAt([])).toBeNull();
    expect(lawCapAt([at("US", "GA"), at("US", "OR"), at("US", "FL")])).toEqual({ perDay: 3, rule: "US-OR" });
  });
});

test("a person's places are the number's country, the address's, and every state that is known", () => {
  expect(placesOf({ country: "US" }, [])).toEqual([at("US")]);
  expect(placesOf({ country: "US", addressCountry: "US" }, [at("US", "FL") as never])).toEqual([
    at("US", "FL"),
  ]);
  expect(placesOf({ country: "AU", addressCountry: "US" }, [{ country: "US", region: "FL" }])).toEqual([
    at("US", "FL"),
    at("AU"),
  ]);
  expect(placesOf({ country: null, addressCountry: null }, [])).toEqual([]);
});

test("places from outside do not fill the memory, and their answers stay right", () => {
  for (let made = 0; made < 400; made++) {
    expect(rulesFor(home, [at(`made-up ${made}`)])).toHaveLength(1);
    expect(rulesFor(home, [at("US", `made-up ${made}`)])).toEqual(["US"]);
  }
});
