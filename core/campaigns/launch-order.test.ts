import { describe, expect, test } from "vitest";
import type { WeekSchedule } from "../time/quiet-hours.ts";
import { orderLocations } from "./launch-order.ts";

const week = (open: string, close: string) => Array(7).fill({ open, close }) as unknown as WeekSchedule;
const DAYTIME = week("09:00", "21:00");
const SYDNEY = { timezone: "Australia/Sydney", country: "AU" };
const PERTH = { timezone: "Australia/Perth", country: "AU" };
const NOWHERE = { timezone: null, country: null };

describe("the order of a campaign's messages", () => {
  // 17:00 in Sydney, 14:00 in Perth: four hours are left there, seven here.
  const AFTERNOON = new Date("2026-11-25T06:00:00Z");
  const order = (locations: Parameters<typeof orderLocations>[0], campaign: WeekSchedule | null = null) =>
    orderLocations(locations, { tenant: { country: "AU", quietHours: DAYTIME }, campaign }, AFTERNOON);

  test("is by whose window closes first, within a second before the launch", () => {
    const [sydney, perth] = order([SYDNEY, PERTH]);
    expect(sydney).toEqual({ ...SYDNEY, aheadMs: 1_000 - (4 / 24) * 1_000 });
    expect(perth).toEqual({ ...PERTH, aheadMs: 1_000 - (7 / 24) * 1_000 });
  });

  test("takes the strictest of the tenant's, the campaign's and the law's hours", () => {
    const [perth] = order([PERTH], week("09:00", "15:00"));
    expect(perth!.aheadMs).toBeCloseTo(1_000 - (1 / 24) * 1_000);
    // A contact somewhere in Australia may be in any of its zones. The first one to close counts.
    const [unplaced] = order([{ timezone: null, country: "AU" }]);
    expect(unplaced!.aheadMs).toBeGreaterThanOrEqual(order([SYDNEY])[0]!.aheadMs);
  });

  test("has those last whose window is closed, or who are nowhere", () => {
    const closed = { timezone: "America/New_York", country: "US" };
    expect(
      order([closed, NOWHERE, { timezone: "No/Such", country: null }]).map((location) => location.aheadMs),
    ).toEqual([0, 0, 0]);
  });
});
