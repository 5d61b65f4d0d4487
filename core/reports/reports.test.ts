import { describe, expect, test } from "vitest";
import { costPerReply, deliveryRate, FIGURE_HELP, FIGURES, NO_FIGURES, sumOf } from "./figures.ts";
import { addClasses, LATENCY_ENDS_SECONDS, latencyWithin } from "./latency.ts";
import { addDays, daysOf, isDay, lastWhole, lengthOf, periodBefore, periodOf } from "./period.ts";

describe("periods", () => {
  test("end today and have as many days as their name says", () => {
    expect(periodOf("7d", "2026-03-02")).toEqual({ from: "2026-02-24", to: "2026-03-02" });
    for (const [name, days] of [
      ["7d", 7],
      ["30d", 30],
      ["90d", 90],
    ] as const)
      expect(lengthOf(periodOf(name, "2028-03-01"))).toBe(days);
  });

  test("know the months, leap years too", () => {
    expect(periodOf("month", "2026-11-30")).toEqual({ from: "2026-11-01", to: "2026-11-30" });
    expect(periodOf("last-month", "2028-03-15")).toEqual({ from: "2028-02-01", to: "2028-02-29" });
    expect(periodOf("last-month", "2026-01-01")).toEqual({ from: "2025-12-01", to: "2025-12-31" });
  });

  test("are compared with the equally long one just before", () => {
    const period = { from: "2026-03-01", to: "2026-03-31" };
    expect(periodBefore(period)).toEqual({ from: "2026-01-29", to: "2026-02-28" });
    expect(lengthOf(periodBefore(period))).toBe(31);
    expect(daysOf({ from: "2026-02-27", to: "2026-03-01" })).toEqual([
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
    ]);
  });

  test("are the last whole week or month for a mail", () => {
    // A Monday and a Sunday.
    expect(lastWhole("week", "2026-11-30")).toEqual({ from: "2026-11-23", to: "2026-11-29" });
    expect(lastWhole("week", "2026-11-29")).toEqual({ from: "2026-11-16", to: "2026-11-22" });
    expect(lastWhole("month", "2026-11-30")).toEqual({ from: "2026-10-01", to: "2026-10-31" });
  });

  test("take only days that exist", () => {
    expect(isDay("2028-02-29")).toBe(true);
    for (const wrong of ["2026-02-29", "2026-13-01", "2026-1-1", "0001-01-01", "soon", "2026-02-28T00:00"])
      expect(isDay(wrong), wrong).toBe(false);
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  });
});

describe("figures", () => {
  test("are explained, each", () => {
    for (const figure of FIGURES) expect(FIGURE_HELP[figure]).toMatch(/\.$/);
  });

  test("give a rate and a price only where there is something to divide by", () => {
    expect(deliveryRate({ delivered: 3, failed: 1 })).toBe(0.75);
    expect(deliveryRate({ delivered: 0, failed: 0 })).toBeNull();
    expect(costPerReply({ costMicros: 100, replied: 3 })).toBe(33);
    expect(costPerReply({ costMicros: 100, replied: 0 })).toBeNull();
  });

  test("add up", () => {
    expect(sumOf([])).toEqual(NO_FIGURES);
    const one = { ...NO_FIGURES, sent: 2, costMicros: 5 };
    expect(sumOf([one, one])).toEqual({ ...NO_FIGURES, sent: 4, costMicros: 10 });
  });
});

describe("delivery times", () => {
  const classes = (given: Record<number, number>) =>
    Array.from({ length: LATENCY_ENDS_SECONDS.length + 1 }, (_, at) => given[at] ?? 0);

  test("are the end of the class in which the share is reached", () => {
    const hours = addClasses([classes({ 1: 50 }), classes({ 4: 45, 10: 5 }), [1]]);
    expect(hours[0]).toBe(1);
    expect(latencyWithin(hours, 0.5)).toBe(2);
    expect(latencyWithin(hours, 0.94)).toBe(5);
    expect(latencyWithin(hours, 1)).toBe(20);
  });

  test("are not known without messages, or behind the last class", () => {
    expect(latencyWithin(classes({}), 0.5)).toBeNull();
    expect(latencyWithin(classes({ [LATENCY_ENDS_SECONDS.length]: 1 }), 0.5)).toBeNull();
    expect(latencyWithin(classes({ 0: 1 }), 2)).toBeNull();
  });
});
