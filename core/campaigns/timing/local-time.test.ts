import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, wallMs } from "../../time/wall-clock.ts";
import {
  type LocalTime,
  localMoment,
  localTimeInput,
  localTimeProblem,
  spreadOffsetMs,
} from "./local-time.ts";

const PERTH = "Australia/Perth";
const SYDNEY = "Australia/Sydney";
const at = (iso: string) => new Date(iso);
const nine = (changes: Partial<LocalTime> = {}): LocalTime => ({
  ...{ date: "2026-11-24", time: "09:00", passed: "next-day" },
  ...changes,
});
const LAUNCH = at("2026-11-23T04:00:00Z");
const moment = (zones: readonly string[], launchedAt = LAUNCH, changes: Partial<LocalTime> = {}) =>
  localMoment(nine(changes), zones, launchedAt);

describe("the local time of a person", () => {
  test("is by their own clock", () => {
    expect(moment([PERTH])).toEqual({ at: at("2026-11-24T01:00Z"), zone: PERTH, hasPassed: false });
    expect(moment([SYDNEY])).toEqual({ at: at("2026-11-23T22:00Z"), zone: SYDNEY, hasPassed: false });
  });

  test("is that of the last zone where several count", () => {
    expect(moment([PERTH, SYDNEY])).toEqual(moment([PERTH]));
    expect(moment([SYDNEY, PERTH])).toEqual(moment([PERTH]));
    expect(moment([])).toBeNull();
  });

  test("is the jump where the clock skips it, and the second showing where it is shown twice", () => {
    const sydney = (date: string, time: string, launchedAt: Date) =>
      moment([SYDNEY], launchedAt, { date, time })!.at;
    // On 4 October 2026 02:00 becomes 03:00; on 5 April 2026 03:00 becomes 02:00.
    expect(sydney("2026-10-04", "02:30", at("2026-10-01T00:00Z"))).toEqual(at("2026-10-03T16:00Z"));
    expect(sydney("2026-10-04", "01:30", at("2026-10-01T00:00Z"))).toEqual(at("2026-10-03T15:30Z"));
    expect(sydney("2026-10-04", "09:00", at("2026-10-01T00:00Z"))).toEqual(at("2026-10-03T22:00Z"));
    expect(sydney("2026-04-05", "02:30", at("2026-04-01T00:00Z"))).toEqual(at("2026-04-04T16:30Z"));
    expect(sydney("2026-04-05", "01:30", at("2026-04-01T00:00Z"))).toEqual(at("2026-04-04T14:30Z"));
  });

  test("that has passed is the next day's, or the launch", () => {
    const launchedAt = at("2026-11-24T00:00:00Z");
    const passed = (zones: string[], choice: LocalTime["passed"]) =>
      moment(zones, launchedAt, { passed: choice });
    expect(passed([SYDNEY], "next-day")).toMatchObject({ at: at("2026-11-24T22:00Z"), hasPassed: true });
    expect(passed([SYDNEY], "at-once")).toMatchObject({ at: launchedAt, hasPassed: true });
    expect(passed([SYDNEY], "skip")).toMatchObject({ at: launchedAt, hasPassed: true });
    for (const choice of ["next-day", "skip", "at-once"] as const) {
      expect(passed([PERTH], choice)).toMatchObject({ at: at("2026-11-24T01:00Z"), hasPassed: false });
      // It has passed in Sydney only, and the person may be in Perth.
      expect(passed([SYDNEY, PERTH], choice)).toEqual(passed([PERTH], choice));
    }
  });

  test("that passed days ago is that of today or tomorrow", () => {
    const passed = (iso: string) => moment([PERTH], at(iso))!.at;
    expect(passed("2026-12-24T00:59:00Z")).toEqual(at("2026-12-24T01:00Z"));
    expect(passed("2026-12-24T01:01:00Z")).toEqual(at("2026-12-25T01:00Z"));
  });

  test("is never before the wanted time on any of their clocks, nor before the launch, and within two days", () => {
    const zones = fc.subarray(
      [
        PERTH,
        SYDNEY,
        "Australia/Lord_Howe",
        "America/New_York",
        "Pacific/Honolulu",
        "Pacific/Apia",
        "Europe/London",
      ],
      { minLength: 1 },
    );
    const minute = fc.integer({ min: 0, max: 1_439 });
    // The hours around a change of clocks, and others.
    const launches = fc.oneof(
      fc.integer({ min: Date.UTC(2026, 9, 2), max: Date.UTC(2026, 9, 6) }),
      fc.integer({ min: Date.UTC(2026, 3, 3), max: Date.UTC(2026, 3, 7) }),
      fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
    );
    fc.assert(
      fc.property(
        zones,
        minute,
        launches,
        fc.integer({ min: -2, max: 2 }),
        (where, wanted, launchedMs, days) => {
          const day = Math.floor(launchedMs / DAY_MS) + days;
          const time = new Date(wanted * 60_000).toISOString().slice(11, 16);
          const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
          const found = localMoment({ date, time, passed: "next-day" }, where, new Date(launchedMs))!;
          const foundMs = found.at.getTime();
          expect(foundMs).toBeGreaterThanOrEqual(launchedMs);
          // On every clock it is then, and stays for four hours, at or past the wanted time of one same day.
          const reached = Math.max(...where.map((zone) => wallMs(zone, foundMs))) - wanted * 60_000;
          const wantedWall = Math.min(
            ...where.map((zone) => Math.floor((wallMs(zone, foundMs) - wanted * 60_000) / DAY_MS) * DAY_MS),
          );
          expect(reached).toBeGreaterThanOrEqual(0);
          for (const zone of where)
            for (let later = 0; later <= 4 * 60; later += 15)
              expect(wallMs(zone, foundMs + later * 60_000)).toBeGreaterThanOrEqual(
                wantedWall + wanted * 60_000,
              );
          if (!found.hasPassed) return;
          expect(foundMs - launchedMs).toBeLessThan(2.2 * DAY_MS);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the input of a local time", () => {
  test("has a day, a time and a choice", () => {
    expect(localTimeInput.safeParse(nine()).success).toBe(true);
    for (const wrong of [{ time: "9:00" }, { time: "24:00" }, { date: "2026-02-30" }, { passed: "never" }])
      expect(localTimeInput.safeParse({ ...nine(), ...wrong }).success).toBe(false);
  });

  test("is refused for a launch when it is past everywhere, or a month away", () => {
    expect(localTimeProblem(nine(), LAUNCH)).toBeNull();
    expect(localTimeProblem(nine(), at("2026-11-24T21:00Z"))).toBeNull();
    expect(localTimeProblem(nine(), at("2026-11-24T21:01Z"))).toMatch("past everywhere by then");
    expect(localTimeProblem(nine({ date: "2026-12-24" }), LAUNCH)).toMatch("more than 30 days after");
  });
});

describe("a spread", () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, n) => `0198${String(n).padStart(8, "0")}-7000-8000`);

  test("gives a person the same time again, and another one in another campaign", () => {
    const times = ids(50).map((id) => spreadOffsetMs("one", id, 60));
    expect(ids(50).map((id) => spreadOffsetMs("one", id, 60))).toEqual(times);
    expect(ids(50).map((id) => spreadOffsetMs("other", id, 60))).not.toEqual(times);
  });

  test("is even from its start to its end", () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const id of ids(20_000)) {
      const offsetMs = spreadOffsetMs("campaign", id, 180);
      expect(offsetMs).toBeGreaterThanOrEqual(0);
      expect(offsetMs).toBeLessThan(180 * 60_000);
      tenths[Math.floor(offsetMs / (18 * 60_000))]! += 1;
    }
    for (const tenth of tenths) expect(Math.abs(tenth - 2_000)).toBeLessThan(200);
  });
});
