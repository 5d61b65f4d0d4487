import { describe, expect, test } from "vitest";
import { DEFAULT_SCHEDULE, everyDay } from "../time/quiet-hours.ts";
import { changedRules, loosenedRules, rulesOf, type SendingRules } from "./sending-rules.ts";

const rules = (changes: Partial<SendingRules> = {}): SendingRules => ({
  timezone: "Australia/Sydney",
  country: "AU",
  quietHours: DEFAULT_SCHEDULE,
  destinationHours: {},
  trustTenantZone: false,
  capPerDay: 2,
  capPerWeek: null,
  ...changes,
});

test("the rules of a change of settings leave its other settings out", () => {
  const change = { name: "Acme", capPerDay: null, segmentsPerSecond: 3 } as Partial<SendingRules>;
  expect(rulesOf(change)).toEqual({ capPerDay: null });
});

test("a rule changes by its value, not by the order of its keys", () => {
  const before = rules({ destinationHours: { SG: "own", NZ: "recommended" } });
  expect(changedRules(before, { destinationHours: { NZ: "recommended", SG: "own" }, capPerDay: 2 })).toEqual(
    [],
  );
  expect(changedRules(before, { quietHours: [...DEFAULT_SCHEDULE] })).toEqual([]);
  expect(changedRules(before, { capPerDay: 3, capPerWeek: 1 })).toEqual(["capPerDay", "capPerWeek"]);
});

describe("a change loosens", () => {
  test.each<[string, Partial<SendingRules>, Partial<SendingRules>, string[]]>([
    ["with longer hours", {}, { quietHours: everyDay("08:00", "21:00") }, ["quietHours"]],
    ["not with shorter hours", {}, { quietHours: everyDay("10:00", "12:00") }, []],
    ["with another hour of the same length", {}, { quietHours: everyDay("08:00", "20:00") }, ["quietHours"]],
    ["with a higher cap", {}, { capPerDay: 3 }, ["capPerDay"]],
    ["without a cap", {}, { capPerDay: null }, ["capPerDay"]],
    ["not with a lower cap", {}, { capPerDay: 1 }, []],
    ["not with a first cap", {}, { capPerWeek: 9 }, []],
    ["by one trust more", {}, { trustTenantZone: true }, ["trustTenantZone"]],
    ["not by one trust less", { trustTenantZone: true }, { trustTenantZone: false }, []],
    ["without a country's recommended hours", {}, { destinationHours: { SG: "own" } }, ["destinationHours"]],
    ["not with them at home", {}, { destinationHours: { AU: "recommended" } }, []],
    ["not by naming the default", {}, { destinationHours: { SG: "recommended", AU: "own" } }, []],
    [
      "when it is forgotten at home",
      { destinationHours: { AU: "recommended" } },
      { destinationHours: {} },
      ["destinationHours"],
    ],
    ["by another zone", {}, { timezone: "Australia/Perth" }, ["timezone"]],
    ["by another country", {}, { country: "NZ" }, ["country"]],
    ["not without a change", {}, { timezone: "Australia/Sydney", country: "AU", capPerDay: 2 }, []],
  ])("%s", (_, before, change, loosened) => {
    expect(loosenedRules(rules(before), change)).toEqual(loosened);
  });
});
