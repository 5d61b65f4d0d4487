import { expect, test } from "vitest";
import { closesAt, isOpen, nextOpening } from "./quiet-hours.ts";
import { transitionBetween } from "./wall-clock.ts";
import { normalWeek, type WeekSchedule, windowsOf } from "./week-schedule.ts";

/**
 * The differential test. It covers every zone of the runtime and every change of its clocks from 2024 to 2040, with
 * three hours before and after. The expected answer comes minute by minute from the runtime's own formatter.
 */
const MINUTE_MS = 60_000;
const MINUTES = 360;
const WEEK_MS = 7 * 86_400_000;
const FROM_MS = Date.UTC(2024, 0, 1);
const TO_MS = Date.UTC(2040, 0, 1);
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function transitionsOf(zone: string): number[] {
  const found: number[] = [];
  for (let ms = FROM_MS; ms < TO_MS; ms += WEEK_MS) {
    const changeMs = transitionBetween(zone, ms, ms + WEEK_MS);
    if (changeMs !== null) found.push(changeMs);
  }
  return found;
}

/** Windows of all lengths, mostly in the early hours, when clocks change; the same in every run. */
function* someSchedules(): Generator<WeekSchedule, never> {
  let state = 42;
  const below = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
  const time = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const window = () => {
    const open = below(2) ? below(300) : below(1_439);
    const close = Math.min(1_440, open + 1 + (below(2) ? below(120) : below(1_440)));
    return { open: time(open), close: time(close) };
  };
  // Some days have two windows.
  const day = () => (below(5) ? (below(4) ? window() : [window(), window()]) : null);
  for (;;) yield normalWeek(Array.from({ length: 7 }, day));
}

function readMinutes(schedule: WeekSchedule, formatter: Intl.DateTimeFormat, fromMs: number): boolean[] {
  return Array.from({ length: MINUTES }, (_, minute) => {
    const [day, time] = formatter.format(fromMs + minute * MINUTE_MS).split(/,? /);
    return windowsOf(schedule[DAYS.indexOf(day!)]).some(({ open, close }) => open <= time! && time! < close);
  });
}

/** The next minute with that answer, or null if it is outside the range. */
function nextMinute(read: boolean[], minute: number, wanted: boolean): number | null {
  const found = read.indexOf(wanted, minute);
  return found < 0 ? null : found;
}

test("agrees with the formatter at every change of clocks there is", { timeout: 300_000 }, () => {
  const zones = Intl.supportedValuesOf("timeZone");
  const schedules = someSchedules();
  const wrong: string[] = [];
  let changes = 0;
  for (const zone of zones) {
    const formatter = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    for (const changeMs of transitionsOf(zone)) {
      changes++;
      const schedule = schedules.next().value;
      const fromMs = changeMs - (MINUTES / 2) * MINUTE_MS;
      const read = readMinutes(schedule, formatter, fromMs);
      const minuteOf = (at: Date | null) => {
        const minute = at ? (at.getTime() - fromMs) / MINUTE_MS : MINUTES;
        return minute >= MINUTES ? null : minute;
      };
      for (let minute = 0; minute < MINUTES; minute += 13) {
        const at = new Date(fromMs + minute * MINUTE_MS);
        const open = read[minute]!;
        const right =
          isOpen(schedule, zone, at) === open &&
          minuteOf(nextOpening(schedule, zone, at)) === nextMinute(read, minute, true) &&
          minuteOf(closesAt(schedule, zone, at)) === (open ? nextMinute(read, minute, false) : null);
        if (!right) wrong.push(`${zone} ${at.toISOString()} ${JSON.stringify(schedule)}`);
      }
    }
  }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(zones.length).toBeGreaterThan(400);
  expect(changes).toBeGreaterThan(3_000);
});
