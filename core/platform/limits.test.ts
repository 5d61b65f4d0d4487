import { describe, expect, test } from "vitest";
import { ALWAYS_OPEN, DEFAULT_SCHEDULE, everyDay, isStricter } from "../time/quiet-hours.ts";
import { hoursWords, limitFault, loweredSettings, type TenantLimits } from "./limits.ts";

const NO_LIMITS: TenantLimits = {
  dailyBudgetCents: null,
  monthlyBudgetCents: null,
  segmentsPerSecond: null,
  sendingNumbers: null,
  uploadBytesPerDay: null,
  sendingHours: null,
};

const LIMITS: TenantLimits = {
  dailyBudgetCents: 10_000,
  monthlyBudgetCents: 200_000,
  segmentsPerSecond: 50,
  sendingNumbers: 3,
  uploadBytesPerDay: 1024 ** 3,
  sendingHours: DEFAULT_SCHEDULE,
};

const SETTINGS = {
  dailyBudgetCents: 9_000,
  monthlyBudgetCents: 200_000,
  segmentsPerSecond: 50,
  quietHours: everyDay("10:00", "18:00"),
};

describe("a change of settings", () => {
  test("may go up to each limit", () => {
    expect(limitFault(LIMITS, { ...SETTINGS, quietHours: DEFAULT_SCHEDULE })).toBeNull();
    expect(limitFault(NO_LIMITS, { dailyBudgetCents: 1e9, quietHours: ALWAYS_OPEN })).toBeNull();
  });

  test.each([
    [{ dailyBudgetCents: 10_000.01 }, "the daily budget to 100.00"],
    [{ monthlyBudgetCents: 200_001 }, "the monthly budget to 2000.00"],
    [{ segmentsPerSecond: 51 }, "the segments per second to 50"],
    [{ quietHours: everyDay("08:59", "21:00") }, "your sending hours to 09:00–21:00"],
  ])("is refused beyond a limit, with the limit: %j", (change, words) => {
    expect(limitFault(LIMITS, change)).toContain(words);
  });
});

describe("a new limit", () => {
  test("lowers the settings that are above it, and no others", () => {
    expect(loweredSettings(LIMITS, SETTINGS)).toEqual({});
    const above = { ...SETTINGS, dailyBudgetCents: 50_000, quietHours: ALWAYS_OPEN };
    expect(loweredSettings(LIMITS, above)).toEqual({
      dailyBudgetCents: 10_000,
      quietHours: DEFAULT_SCHEDULE,
    });
  });

  test("keeps the stricter end of each day", () => {
    const late = { ...SETTINGS, quietHours: everyDay("10:00", "23:00") };
    expect(loweredSettings(LIMITS, late)).toEqual({ quietHours: everyDay("10:00", "21:00") });
  });

  test("closes a day that has no time in common with it", () => {
    const limit = {
      ...NO_LIMITS,
      sendingHours: everyDay("12:00", "13:00").map((d, i) => (i === 6 ? null : d)),
    };
    const { quietHours } = loweredSettings(limit, { ...SETTINGS, quietHours: everyDay("09:00", "12:00") });
    expect(quietHours).toEqual(Array.from({ length: 7 }, () => null));
    expect(isStricter(quietHours!, limit.sendingHours)).toBe(true);
    const closed = everyDay("09:00", "21:00").map((d, i) => (i === 0 ? null : d));
    expect(loweredSettings(limit, { ...SETTINGS, quietHours: closed }).quietHours![0]).toBeNull();
  });
});

test("names hours in words", () => {
  expect(hoursWords(DEFAULT_SCHEDULE)).toBe("09:00–21:00");
  expect(hoursWords(DEFAULT_SCHEDULE.map((day, index) => (index === 6 ? null : day)))).toMatch(
    /^Mon 09:00–21:00, .*, Sun none$/,
  );
});
