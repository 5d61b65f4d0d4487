import { describe, expect, test } from "vitest";
import { keptDestinations, type NightSettings, nightRuleFault } from "./night-rule.ts";
import { ALWAYS_OPEN, DEFAULT_SCHEDULE, everyDay } from "./quiet-hours.ts";

const BEFORE: NightSettings = {
  quietHours: DEFAULT_SCHEDULE,
  timezone: "Australia/Sydney",
  country: "AU",
  trustTenantZone: false,
  destinationHours: {},
};
const TRUSTED = { ...BEFORE, trustTenantZone: true };

describe("a change that allows texts at night", () => {
  test.each([
    ["no quiet hours", { quietHours: ALWAYS_OPEN }, BEFORE],
    ["a minute before nine", { quietHours: everyDay("08:59", "21:00") }, BEFORE],
    [
      "one evening",
      { quietHours: [...DEFAULT_SCHEDULE.slice(0, 6), { open: "09:00", close: "21:01" }] },
      BEFORE,
    ],
    ["everybody lives where we do", { trustTenantZone: true }, BEFORE],
    ["a zone further west, for everybody", { timezone: "Australia/Perth" }, TRUSTED],
    ["another country, for everybody", { country: "NZ" }, TRUSTED],
    ["both at once", { timezone: "Australia/Perth", trustTenantZone: true }, BEFORE],
  ] as const)("only an owner may allow: %s", (_, change, before) => {
    expect(nightRuleFault(before, change)).toMatch(/owner/);
  });

  test.each([
    ["nothing", {}, BEFORE],
    ["shorter hours", { quietHours: everyDay("10:00", "18:00") }, BEFORE],
    ["no texts at the weekend", { quietHours: [...DEFAULT_SCHEDULE.slice(0, 5), null, null] }, BEFORE],
    [
      "the hours that an owner allowed, again",
      { quietHours: ALWAYS_OPEN },
      { ...BEFORE, quietHours: ALWAYS_OPEN },
    ],
    [
      "the organisation's zone, where nobody is assumed to live in it",
      { timezone: "Australia/Perth" },
      BEFORE,
    ],
    ["the same zone and country", { timezone: "Australia/Sydney", country: "AU" }, TRUSTED],
    ["an end of the assumption", { trustTenantZone: false, timezone: "Australia/Perth" }, TRUSTED],
  ] as const)("%s is not", (_, change, before) => {
    expect(nightRuleFault(before, change)).toBeNull();
  });
});

describe("recommended hours of a destination", () => {
  const CHOSEN = { ...BEFORE, destinationHours: { AU: "recommended", NZ: "own" } } as const;

  test.each<[string, Partial<NightSettings>, NightSettings, string]>([
    ["of a country abroad", { destinationHours: { SG: "own" } }, BEFORE, "Singapore"],
    ["of the own country, once chosen", { destinationHours: {} }, CHOSEN, "Australia"],
    ["by moving there", { country: "SG" }, BEFORE, "Singapore"],
  ])("only an owner may stop using those %s", (_, change, before, name) => {
    expect(nightRuleFault(before, change)).toBe(
      `Only an owner can stop using the recommended hours for ${name}. Ask an owner.`,
    );
  });

  test.each<[string, Partial<NightSettings>, NightSettings]>([
    ["use those of a country", { destinationHours: { AU: "recommended" } }, BEFORE],
    ["leave all choices as they are", { destinationHours: CHOSEN.destinationHours }, CHOSEN],
    [
      "move and keep those of the new country",
      { country: "SG", destinationHours: { SG: "recommended" } },
      BEFORE,
    ],
    ["move to a country where an owner chose", { country: "NZ" }, CHOSEN],
  ])("everyone may %s", (_, change, before) => {
    expect(nightRuleFault(before, change)).toBeNull();
  });

  test("stay in use when others than an owner move the organisation", () => {
    expect(keptDestinations(BEFORE, { country: "SG" })).toEqual({ SG: "recommended" });
    expect(keptDestinations(CHOSEN, { country: "SG" })).toEqual({
      ...CHOSEN.destinationHours,
      SG: "recommended",
    });
    expect(keptDestinations(CHOSEN, { country: "NZ" })).toBeUndefined();
    expect(keptDestinations(BEFORE, { country: "AU" })).toBeUndefined();
    expect(keptDestinations(BEFORE, {})).toBeUndefined();
    expect(keptDestinations(BEFORE, { destinationHours: { SG: "own" } })).toEqual({ SG: "own" });
  });
});
