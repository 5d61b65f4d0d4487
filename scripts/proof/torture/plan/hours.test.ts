import { describe, expect, it } from "vitest";
import { hoursAtClockChange, hoursAtTheirEdge, isWithin, wallMinutes } from "./hours.ts";

const at = (text: string) => new Date(text).getTime();
/** Every quarter of an hour of two days, in summer and in winter. */
const MOMENTS = ["2026-01-14T00:00:00Z", "2026-07-15T00:00:00Z"].flatMap((day) =>
  Array.from({ length: 192 }, (_, quarter) => at(day) + quarter * 900_000 + 17_000),
);

describe("hours at their edge", () => {
  it("have recipients for whom they close, open, are open and are closed, whenever a run starts", () => {
    for (const now of MOMENTS) {
      const { hours, zones } = hoursAtTheirEdge(now, 20_000, 30_000);
      const open = (zone: string, after: number) => isWithin(hours, zone, now + after);
      expect([open(zones.closing, 0), open(zones.closing, 100_000)]).toEqual([true, false]);
      expect([open(zones.opening, -60_000), open(zones.opening, 30_000)]).toEqual([false, true]);
      expect([open(zones.inside, 0), open(zones.inside, 900_000)]).toEqual([true, true]);
      expect([open(zones.outside, 0), open(zones.outside, 900_000)]).toEqual([false, false]);
    }
  });
});

describe("hours at a change of the clock", () => {
  it.each([
    ["back", "2026-11-01T05:59:30Z", "America/New_York"],
    ["on", "2027-03-28T00:59:30Z", "Europe/London"],
  ])("are closed by it and opened by it (%s)", (_, start, zone) => {
    const change = hoursAtClockChange(at(start), 120_000)!;
    expect(wallMinutes(zone, at(start))).toBeGreaterThan(0);
    const open = (hours: typeof change.closedByChange, time: number) => isWithin(hours, change.zone, time);
    expect([
      open(change.closedByChange, change.at - 500),
      open(change.closedByChange, change.at + 500),
    ]).toEqual([true, false]);
    expect([
      open(change.openedByChange, change.at - 500),
      open(change.openedByChange, change.at + 500),
    ]).toEqual([false, true]);
  });

  it("do not exist on an ordinary day", () => {
    expect(hoursAtClockChange(at("2026-11-25T12:00:00Z"), 120_000)).toBeNull();
  });
});
