import { expect, test } from "vitest";
import presets from "./data/quiet-hours-presets.json" with { type: "json" };
import { weekSchedule } from "./quiet-hours.ts";
import { PRESETS_VERSION, presetsFor, statuteSchedules } from "./quiet-hours-presets.ts";

const names = (country: string, region?: string | null) => {
  const { statute, offered } = presetsFor(country, region);
  return { statute: statute.map((row) => row.jurisdiction), offered: offered.map((row) => row.jurisdiction) };
};

test("every row of the table is a schedule, with its basis", () => {
  expect(presets.rows).toHaveLength(34);
  for (const row of presets.rows) {
    expect(weekSchedule.safeParse(row.schedule).success, row.jurisdiction).toBe(true);
    expect(["statute", "offered"]).toContain(row.basis);
    expect(["closed", "none"]).toContain(row.publicHolidays);
  }
  expect(PRESETS_VERSION).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test("the federal hours hold in every state, a state's own on top", () => {
  const offered = ["US-default-strict", "US-default-practical"];
  expect(names("US")).toEqual({ statute: ["US"], offered });
  expect(names("US", "FL")).toEqual({ statute: ["US", "US-FL"], offered });
  expect(names("US", "CA")).toEqual({ statute: ["US"], offered });
  expect(names("US", null)).toEqual({ statute: ["US"], offered });
});

test("Australia has no statute for texts, India has", () => {
  expect(names("AU", "NSW")).toEqual({ statute: [], offered: ["AU"] });
  expect(names("IN")).toEqual({ statute: ["IN"], offered: [] });
});

test("where nothing is known the general hours are offered", () => {
  expect(names("SG")).toEqual({ statute: [], offered: ["default"] });
});

test("schedules of statutes are ready for the gate: Texans sleep in on Sunday", () => {
  const [federal, texas] = statuteSchedules("US", "TX");
  expect(federal![0]).toEqual({ open: "08:00", close: "21:00" });
  expect(texas![6]).toEqual({ open: "12:00", close: "21:00" });
});
