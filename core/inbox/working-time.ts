import { closesAt, nextOpening, type WeekSchedule } from "../time/quiet-hours.ts";

/** The windows of two months. A reply after that is late by any measure. */
const WINDOWS_MAX = 400;

/**
 * Returns the seconds between two times that lie in the team's working hours, on the wall clock of `zone`. Without hours
 * the team always works.
 */
export function workingSeconds(hours: WeekSchedule | null, zone: string, from: Date, to: Date): number {
  if (hours === null) return Math.max(0, seconds(to.getTime() - from.getTime()));
  let openMs = 0;
  let at = nextOpening(hours, zone, from);
  for (let n = 0; n < WINDOWS_MAX && at !== null && at < to; n += 1) {
    const end = closesAt(hours, zone, at);
    const until = end === null || end > to ? to : end;
    openMs += until.getTime() - at.getTime();
    at = end === null ? null : nextOpening(hours, zone, until);
  }
  return seconds(openMs);
}

const seconds = (ms: number) => Math.floor(ms / 1_000);
