import { expect, test } from "vitest";
import presets from "../data/quiet-hours-presets.json" with { type: "json" };
import { isOpen, nextOpening, weekSchedule } from "./quiet-hours.ts";
import { presetSchedule, presetsFor, statuteSchedules } from "./quiet-hours-presets.ts";

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
  expect(presets.version).toMatch(/^\d{4}-\d{2}-\d{2}$/);
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

test("an unknown country is offered the general hours", () => {
  expect(names("SG")).toEqual({ statute: [], offered: ["default"] });
});

test("statutes give schedules for the gate: Texas opens later on Sunday", () => {
  const sundayEleven = new Date("2026-11-22T17:00:00Z");
  const [federal, texas] = statuteSchedules("US", "TX");
  expect(isOpen(federal!, "America/Chicago", sundayEleven)).toBe(true);
  expect(nextOpening(texas!, "America/Chicago", sundayEleven)).toEqual(new Date("2026-11-22T18:00:00Z"));
});

test("a state that closes public holidays is closed on Thanksgiving, its neighbour is not", () => {
  const thanksgiving = new Date("2026-11-26T18:00:00Z");
  const [federal, alabama] = statuteSchedules("US", "AL");
  expect(isOpen(federal!, "America/Chicago", thanksgiving)).toBe(true);
  expect(isOpen(alabama!, "America/Chicago", thanksgiving)).toBe(false);
  expect(nextOpening(alabama!, "America/Chicago", thanksgiving)).toEqual(new Date("2026-11-27T14:00:00Z"));
  expect(statuteSchedules("US", "AL")[1]).toBe(alabama);
});

test("every row with closed holidays closes them, as far as they are known", () => {
  const christmas = Date.UTC(2026, 11, 25) / 86_400_000;
  const closing = presets.rows
    .map((row) => presetSchedule(row as Parameters<typeof presetSchedule>[0]))
    .filter((schedule) => "closedDays" in schedule);
  const closed = presets.rows.filter(
    (row) => row.publicHolidays === "closed" && !["FR", "DE"].includes(row.country!),
  );
  expect(closed.length).toBeGreaterThan(7);
  expect(closing).toHaveLength(closed.length);
  for (const schedule of closing) expect(schedule.closedDays.has(christmas)).toBe(true);
});

test("the Australian row closes the seven national days, and no state's own", () => {
  const schedule = presetSchedule(presetsFor("AU", "VIC").offered[0]!);
  const noon = (day: string) => new Date(`${day}T02:00:00Z`);
  expect(isOpen(schedule, "Australia/Melbourne", noon("2026-04-06"))).toBe(false);
  expect(isOpen(schedule, "Australia/Melbourne", noon("2026-11-03"))).toBe(true);
});

test("unknown locations do not displace known ones from the cache", () => {
  const texas = statuteSchedules("US", "TX");
  for (let made = 0; made < 1_100; made++) expect(statuteSchedules("XX", `made-up ${made}`)).toEqual([]);
  expect(statuteSchedules("US", "TX")).toBe(texas);
  expect(statuteSchedules("US", "AL")).toHaveLength(2);
  expect(statuteSchedules("US", null)).toHaveLength(1);
});
