import { z } from "zod";
import { DAY_MS, instantsOf, MINUTE_MS, wallDay } from "../../time/wall-clock.ts";

/** What happens to a person for whom the time has passed when the campaign launches. */
const PASSED_CHOICES = ["next-day", "skip", "at-once"] as const;
export type PassedChoice = (typeof PASSED_CHOICES)[number];

/** A time of day on a 24-hour clock. */
export const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Write the time as HH:MM, for example 09:00.");

/** A time on a day by each recipient's own clock, as an operator enters it. */
export const localTimeInput = z.strictObject({
  date: z.iso.date("Choose a day."),
  time: timeOfDay,
  passed: z.enum(PASSED_CHOICES),
});
export type LocalTime = z.output<typeof localTimeInput>;

const AHEAD_DAYS_MAX = 30;
/** Clocks are at most this far behind UTC. */
const FURTHEST_BEHIND_MS = 12 * 60 * MINUTE_MS;

/** Returns why a campaign can't launch then with this local time; null: it can. */
export function localTimeProblem({ date, time }: LocalTime, launchAt: Date): string | null {
  const wantedMs = Date.parse(`${date}T${time}Z`);
  if (wantedMs + FURTHEST_BEHIND_MS < launchAt.getTime())
    return `The local time ${time} on ${date} is past everywhere by then. Choose a later day in the campaign’s settings.`;
  if (wantedMs > launchAt.getTime() + AHEAD_DAYS_MAX * DAY_MS)
    return `The local time is more than ${AHEAD_DAYS_MAX} days after the launch. Choose an earlier day, or schedule the launch for later.`;
  return null;
}

/** The earliest time of one person's message. */
export interface LocalMoment {
  /** Not before this. Where the time has passed: the next day's, or the launch (`skip` and `at-once`). */
  at: Date;
  /** The zone that it is the wanted time in. Of several the last. */
  zone: string;
  /** Whether the wanted time was past at the launch. */
  hasPassed: boolean;
}

/**
 * Returns the earliest time of a message to a person who may be in any of the zones: when all their clocks have reached
 * the wanted time. So it is never before the wanted time anywhere. Null without zones: then no sending hours are open either.
 *
 * A time that a clock skips is reached when the clock jumps; one that it shows twice, at the second showing.
 */
export function localMoment(
  { date, time, passed }: LocalTime,
  zones: readonly string[],
  launchedAt: Date,
): LocalMoment | null {
  const [first] = zones;
  if (first === undefined) return null;
  const minute = minuteOf(time);
  const wantedDay = Date.parse(date) / DAY_MS;
  const launchedMs = launchedAt.getTime();
  const wanted = reachedBy(zones, wantedDay, minute);
  if (wanted.atMs >= launchedMs) return { at: new Date(wanted.atMs), zone: wanted.zone, hasPassed: false };
  if (passed !== "next-day") return { at: launchedAt, zone: wanted.zone, hasPassed: true };
  let day = Math.max(wantedDay + 1, wallDay(first, launchedMs) - 1);
  let next = reachedBy(zones, day, minute);
  while (next.atMs < launchedMs) {
    day += 1;
    next = reachedBy(zones, day, minute);
  }
  return { at: new Date(next.atMs), zone: next.zone, hasPassed: true };
}

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Returns when the clock of the zone reaches a time (`HH:MM`) on a day (`YYYY-MM-DD`). */
export function reachedAt(zone: string, date: string, time: string): Date {
  return new Date(reachedMs(zone, Date.parse(date) / DAY_MS, minuteOf(time)));
}

/** When the last of the zones reaches that minute of the day. */
function reachedBy(zones: readonly string[], day: number, minute: number): { atMs: number; zone: string } {
  let last = { atMs: Number.NEGATIVE_INFINITY, zone: "" };
  for (const zone of zones) {
    const atMs = reachedMs(zone, day, minute);
    if (atMs > last.atMs) last = { atMs, zone };
  }
  return last;
}

/** The first instant from which on the clock of the zone never shows an earlier time. */
function reachedMs(zone: string, day: number, minute: number): number {
  const [before, after, changeMs] = instantsOf(zone, day, minute) as [number, number?, number?];
  if (after === undefined || changeMs === undefined) return before;
  return after > changeMs ? after : Math.min(before, changeMs);
}

/** How long a campaign may be spread, in minutes. */
export const SPREAD_MINUTES_MIN = 5;
export const SPREAD_MINUTES_MAX = 72 * 60;

/** Returns how long after its start a message of a spread campaign goes, in whole milliseconds below `minutes`. */
export function spreadOffsetMs(campaignId: string, contactId: string, minutes: number): number {
  return Math.floor(shareOf(`${campaignId} ${contactId}`) * minutes * MINUTE_MS);
}

/**
 * A number from 0 to below 1, the same for the same text and evenly spread over different ones: FNV-1a with the last steps
 * of MurmurHash3, which mix the bits.
 */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
