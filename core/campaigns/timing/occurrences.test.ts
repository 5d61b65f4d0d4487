import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dueOccurrences,
  occurrencesAfter,
  occursAt,
  type SeriesRule,
  seriesRule,
  yearDaysOf,
} from "./occurrences.ts";

const weekly = (...weekdays: number[]): SeriesRule => ({ every: "week", weekdays, time: "09:00" });
const monthly = (day: number): SeriesRule => ({ every: "month", day, time: "09:00" });
const SYDNEY = "Australia/Sydney";

describe("the days of a series", () => {
  test("are days of the week", () => {
    // 30 November 2026 is a Monday.
    expect(occurrencesAfter(weekly(1, 5), "2026-11-29", null, 4)).toEqual([
      ...["2026-11-30", "2026-12-04", "2026-12-07", "2026-12-11"],
    ]);
    expect(occurrencesAfter(weekly(7), "2026-11-29", null, 1)).toEqual(["2026-12-06"]);
  });

  test("are a day of the month, the last one of a short month", () => {
    expect(occurrencesAfter(monthly(31), "2027-01-15", null, 4)).toEqual([
      ...["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"],
    ]);
    expect(occurrencesAfter(monthly(29), "2028-01-30", null, 2)).toEqual(["2028-02-29", "2028-03-29"]);
  });

  test("end with the last day", () => {
    expect(occurrencesAfter(weekly(1), "2026-11-29", "2026-12-07", 5)).toEqual(["2026-11-30", "2026-12-07"]);
    expect(occurrencesAfter(weekly(1), "2026-11-29", "2026-11-29", 5)).toEqual([]);
  });

  test("of a month are one for each month, whatever the day", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 0, max: 4_000 }), (day, from) => {
        const after = new Date(Date.UTC(2024, 0, 31) + from * 86_400_000).toISOString().slice(0, 10);
        const months = occurrencesAfter(monthly(day), after, null, 30).map((each) => each.slice(0, 7));
        const [first] = months;
        const [year, month] = first!.split("-").map(Number) as [number, number];
        expect(months).toEqual(
          months.map((_, n) => new Date(Date.UTC(year, month - 1 + n, 1)).toISOString().slice(0, 7)),
        );
      }),
    );
  });

  test("begin at their time by the organisation's clock, also when it changes", () => {
    expect(occursAt(weekly(1), "2026-10-03", SYDNEY)).toEqual(new Date("2026-10-02T23:00Z"));
    expect(occursAt(weekly(1), "2026-10-04", SYDNEY)).toEqual(new Date("2026-10-03T22:00Z"));
  });
});

describe("what is due", () => {
  const series = { after: "2026-11-29", endsOn: null, sendsLate: false, restoredAt: null };
  const at = (iso: string, changes: { endsOn?: string; sendsLate?: boolean; restoredAt?: Date } = {}) =>
    dueOccurrences(weekly(1), { ...series, ...changes }, SYDNEY, new Date(iso));

  test("is nothing before its time, and launched at its time", () => {
    expect(at("2026-11-29T21:59:59Z")).toEqual({ due: [], nextDay: "2026-11-30" });
    expect(at("2026-11-29T22:00:00Z")).toEqual({
      ...{ due: [{ day: "2026-11-30", launches: true }], nextDay: "2026-12-07" },
    });
    expect(at("2026-11-29T23:00:00Z").due).toEqual([{ day: "2026-11-30", launches: true }]);
  });

  test("is missed where it is late, unless the series sends late; then only the newest goes", () => {
    expect(at("2026-11-29T23:00:01Z").due).toEqual([{ day: "2026-11-30", launches: false }]);
    const weeksLater = "2026-12-15T00:00:00Z";
    const days = ["2026-11-30", "2026-12-07", "2026-12-14"];
    expect(at(weeksLater)).toEqual({
      ...{ due: days.map((day) => ({ day, launches: false })), nextDay: "2026-12-21" },
    });
    expect(at(weeksLater, { sendsLate: true }).due.map(({ launches }) => launches)).toEqual([
      ...[false, false, true],
    ]);
  });

  test("is never launched if it was due before a restore, because it may have been launched already", () => {
    const restored = (iso: string) =>
      at("2026-11-29T22:10:00Z", { sendsLate: true, restoredAt: new Date(iso) }).due[0]!.launches;
    expect(restored("2026-11-29T22:05:00Z")).toBe(false);
    expect(restored("2026-11-29T21:59:00Z")).toBe(true);
  });

  test("is the last one of a series that ends", () => {
    expect(at("2026-11-29T22:00:00Z", { endsOn: "2026-12-06" })).toEqual({
      ...{ due: [{ day: "2026-11-30", launches: true }], nextDay: null },
    });
  });
});

describe("a yearly date of each contact", () => {
  const yearly: SeriesRule = { every: "year", field: "birthday", offsetDays: 0, time: "09:00" };

  test("occurs every day, also on those that were missed if it sends late", () => {
    expect(occurrencesAfter(yearly, "2026-12-30", null, 3)).toEqual([
      ...["2026-12-31", "2027-01-01", "2027-01-02"],
    ]);
    const due = (sendsLate: boolean) =>
      dueOccurrences(
        yearly,
        { after: "2026-11-27", endsOn: null, sendsLate, restoredAt: null },
        SYDNEY,
        new Date("2026-11-29T22:10Z"),
      ).due.map(({ launches }) => launches);
    expect(due(false)).toEqual([false, false, true]);
    expect(due(true)).toEqual([true, true, true]);
  });

  test("is days before or after it", () => {
    expect(yearDaysOf("2026-12-01", 0)).toEqual(["12-01"]);
    expect(yearDaysOf("2026-12-31", -3)).toEqual(["01-03"]);
    expect(yearDaysOf("2027-01-01", 1)).toEqual(["12-31"]);
  });

  test("of 29 February is the 28th where the year has no 29th", () => {
    expect(yearDaysOf("2027-02-28", 0)).toEqual(["02-28", "02-29"]);
    expect(yearDaysOf("2028-02-28", 0)).toEqual(["02-28"]);
    expect(yearDaysOf("2028-02-29", 0)).toEqual(["02-29"]);
    expect(yearDaysOf("2027-03-02", 2)).toEqual(["02-28", "02-29"]);
  });

  test("is once in each year for everybody, whatever the offset", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 365 }),
        fc.integer({ min: -60, max: 60 }),
        fc.integer({ min: 2024, max: 2035 }),
        (dayOfYear, offsetDays, year) => {
          const date = new Date(Date.UTC(2024, 0, 1 + dayOfYear)).toISOString().slice(5, 10);
          const from = Date.UTC(year, 0, 1) + offsetDays * 86_400_000;
          const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / 86_400_000;
          const hits = Array.from({ length: days }, (_, n) =>
            new Date(from + n * 86_400_000).toISOString().slice(0, 10),
          ).filter((day) => yearDaysOf(day, offsetDays).includes(date));
          expect(hits).toHaveLength(1);
        },
      ),
    );
  });
});

test("a rule names its days and a time", () => {
  for (const rule of [weekly(1), monthly(31)]) expect(seriesRule.parse(rule)).toEqual(rule);
  for (const wrong of [
    weekly(),
    weekly(1, 1),
    weekly(8),
    monthly(0),
    monthly(32),
    { ...monthly(1), time: "9" },
  ])
    expect(seriesRule.safeParse(wrong).success).toBe(false);
});
