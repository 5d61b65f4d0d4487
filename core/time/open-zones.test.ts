import { expect, it } from "vitest";
import { openZones } from "./open-zones.ts";
import { everyDay } from "./quiet-hours.ts";

const number = (country: string, status = "active") => ({ country, status });
const settings = { country: "AU", quietHours: everyDay("09:00", "21:00") };

it("says for each country of our numbers where texts may be sent now, and until when", () => {
  // 20:30 in Sydney, 17:30 in Perth; 09:30 in London, where daylight saving is over.
  const now = new Date("2026-11-23T09:30:00Z");
  const zones = openZones([number("GB"), number("AU"), number("AU"), number("US", "resting")], settings, now);
  expect(new Set(zones.map((row) => row.country))).toEqual(new Set(["AU", "GB"]));
  const of = (zone: string) => zones.find((row) => row.zones.includes(zone));
  expect(of("Australia/Sydney")).toMatchObject({ open: true, changesAt: new Date("2026-11-23T10:00:00Z") });
  expect(of("Australia/Perth")).toMatchObject({ open: true, changesAt: new Date("2026-11-23T13:00:00Z") });
  expect(of("Europe/London")).toMatchObject({ open: true, changesAt: new Date("2026-11-23T20:00:00Z") });
  const chosen = { ...settings, destinationHours: { GB: "own" } as const };
  expect(openZones([number("GB")], chosen, now)).toMatchObject([
    { changesAt: new Date("2026-11-23T21:00:00Z") },
  ]);
  expect(new Set(zones.flatMap((row) => row.zones)).size).toBe(zones.flatMap((row) => row.zones).length);
});

it("says at night when it opens again, and lists nothing without a number", () => {
  const night = new Date("2026-11-23T13:30:00Z");
  const perth = openZones([number("AU")], settings, night).find((row) =>
    row.zones.includes("Australia/Perth"),
  );
  expect(perth).toMatchObject({ open: false, changesAt: new Date("2026-11-24T01:00:00Z") });
  expect(openZones([], settings, night)).toEqual([]);
  const us = openZones([number("US")], settings, night).map((row) => row.zones);
  expect(us).toContainEqual(["America/Denver", "America/Phoenix"]);
  const never = { country: "NZ", quietHours: [null, null, null, null, null, null, null] as const };
  expect(openZones([number("NZ")], never, night)).toMatchObject([
    { open: false, changesAt: null },
    { open: false, changesAt: null },
  ]);
});
