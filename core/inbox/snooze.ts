import { DAY_MS, instantsOf, MINUTE_MS, wallDay, wallMs } from "../time/wall-clock.ts";

const SNOOZE_DAYS_MAX = 366;
const DAY_BEGINS_MINUTE = 9 * 60;

export type Snooze = { ok: true; until: Date } | { ok: false; fault: string };

/**
 * Reads until when a conversation is snoozed: "2026-12-01T09:00" on the wall clock of `zone`. A time that the clock skips
 * or shows twice is not guessed.
 */
export function readSnooze(local: string, zone: string, now: Date): Snooze {
  const read = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)$/.exec(local);
  const midnightMs = read ? Date.parse(`${read[1]}T00:00:00Z`) : Number.NaN;
  // The date of a day that does not exist becomes another one.
  if (!read || Number.isNaN(midnightMs) || new Date(midnightMs).toISOString().slice(0, 10) !== read[1])
    return { ok: false, fault: "Give a day and a time, such as 2026-12-01T09:00." };
  const minute = Number(read[2]) * 60 + Number(read[3]);
  const instants = instantsAt(zone, midnightMs / DAY_MS, minute);
  if (instants.length === 0)
    return { ok: false, fault: "The clock skips this time on that day. Choose an hour later." };
  // Of a time that the clock shows twice, the first that is still to come.
  const untilMs = instants.find((each) => each > now.getTime());
  if (untilMs === undefined) return { ok: false, fault: "Choose a time that is still to come." };
  if (untilMs - now.getTime() > SNOOZE_DAYS_MAX * DAY_MS)
    return { ok: false, fault: "Choose a time within a year." };
  return { ok: true, until: new Date(untilMs) };
}

function instantsAt(zone: string, day: number, minute: number): number[] {
  const wall = day * DAY_MS + minute * MINUTE_MS;
  const shown = instantsOf(zone, day, minute).filter((each) => wallMs(zone, each) === wall);
  return [...new Set(shown)].sort((a, b) => a - b);
}

export interface SnoozeChoice {
  label: string;
  /** As `readSnooze` reads it. */
  local: string;
}

const HOURS_LATER = 3;

/** Returns the usual times: in three hours, tomorrow at 9:00 and next Monday at 9:00, on the wall clock of `zone`. */
export function snoozeChoices(zone: string, now: Date): SnoozeChoice[] {
  const today = wallDay(zone, now.getTime());
  // 1 January 1970 was a Thursday: Monday is 0.
  const weekday = (today + 3) % 7;
  const laterMs = wallMs(zone, now.getTime() + HOURS_LATER * 60 * MINUTE_MS);
  const nine = (day: number) => localOf(day * DAY_MS + DAY_BEGINS_MINUTE * MINUTE_MS);
  return [
    { label: "In 3 hours", local: localOf(laterMs) },
    { label: "Tomorrow at 9:00", local: nine(today + 1) },
    { label: "Monday at 9:00", local: nine(today + 7 - weekday) },
  ];
}

const localOf = (wall: number) => new Date(wall).toISOString().slice(0, 16);
