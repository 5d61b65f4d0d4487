import fc from "fast-check";
import { expect, test } from "vitest";
import { instantsOf, isValidZone, offsetMs, transitionBetween, wallDay, wallTime } from "./wall-clock.ts";

const HOUR_MS = 3_600_000;

/** The offset from another source: the runtime's own name for it, "GMT+10:30". */
function shownOffsetMs(zone: string, atMs: number): number {
  const formatter = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const name = formatter.formatToParts(atMs).find(({ type }) => type === "timeZoneName")!.value;
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name)!;
  return hours ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
}

test("offsets equal the runtime's, also repeated and in any order", () => {
  const zone = fc.constantFrom(
    "UTC",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Casablanca",
  );
  const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2040, 0, 1) });
  fc.assert(
    fc.property(zone, instant, (name, atMs) => {
      expect(offsetMs(name, atMs)).toBe(shownOffsetMs(name, atMs));
      expect(offsetMs(name, atMs)).toBe(shownOffsetMs(name, atMs));
    }),
    { numRuns: 500 },
  );
});

test("more zones and minutes than the cache holds change nothing", () => {
  for (let index = 0; index < 1_100; index++) expect(offsetMs(`No/Zone${index}`, 0)).toBeNaN();
  for (let minute = 0; minute < 300; minute++)
    expect(offsetMs("Asia/Tokyo", minute * 60_000)).toBe(9 * HOUR_MS);
});

test("a change is found to the minute, or not at all where there is none", () => {
  const change = Date.UTC(2026, 9, 3, 16);
  expect(transitionBetween("Australia/Sydney", change - 30 * HOUR_MS, change + 7 * HOUR_MS)).toBe(change);
  expect(transitionBetween("Australia/Sydney", change - 1, change)).toBe(change);
  expect(transitionBetween("Australia/Sydney", change, change + HOUR_MS)).toBeNull();
  expect(transitionBetween("Mars/Base", change - HOUR_MS, change)).toBeNull();
});

test("a wall time has one instant, or the readings of both offsets and the change", () => {
  const day = Date.UTC(2026, 9, 4) / 86_400_000;
  expect(instantsOf("Australia/Perth", day, 150)).toEqual([Date.UTC(2026, 9, 3, 18, 30)]);
  expect(instantsOf("Australia/Sydney", day, 150)).toEqual([
    Date.UTC(2026, 9, 3, 16, 30),
    Date.UTC(2026, 9, 3, 15, 30),
    Date.UTC(2026, 9, 3, 16),
  ]);
});

test("the wall clock and its date", () => {
  expect(wallTime("Australia/Perth", new Date("2026-11-23T13:40:59Z"))).toBe("21:40");
  expect(wallTime("Mars/Base", new Date())).toBeNull();
  expect(wallDay("Pacific/Kiritimati", Date.UTC(2026, 0, 1, 10))).toBe(Date.UTC(2026, 0, 2) / 86_400_000);
});

test.each([
  ["Australia/Perth", true],
  ["UTC", true],
  ["Mars/Base", false],
  ["", false],
  ["+10:00", false],
])("%j is a zone: %s", (name, valid) => {
  expect(isValidZone(name)).toBe(valid);
});
