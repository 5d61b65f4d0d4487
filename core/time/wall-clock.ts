import { IANAZone } from "luxon";

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

const MAX_ZONES = 1_024;
const MAX_MINUTES_PER_ZONE = 256;

/** A zone (null for an invalid name) and its cached offsets by minute. */
type KnownZone = { zone: IANAZone | null; offsetsMs: Map<number, number> };

/**
 * A cache of the zone data. It never changes an answer, only its cost (a look-up in Intl takes microseconds, a new
 * zone tens of them). Bounded, and cleared when full.
 */
const knownZones = new Map<string, KnownZone>();

/**
 * Returns how far the wall clocks of `zone` are ahead of UTC at that instant, in milliseconds; NaN for a name that is
 * not in the IANA data. Since 1972 offsets change on whole minutes, so a minute has one offset.
 */
export function offsetMs(zone: string, atMs: number): number {
  const minute = Math.floor(atMs / MINUTE_MS);
  const known = knownZones.get(zone) ?? learn(zone);
  const remembered = known.offsetsMs.get(minute);
  if (remembered !== undefined) return remembered;
  if (known.offsetsMs.size >= MAX_MINUTES_PER_ZONE) known.offsetsMs.clear();
  const offset = Math.round((known.zone?.offset(minute * MINUTE_MS) ?? Number.NaN) * MINUTE_MS);
  known.offsetsMs.set(minute, offset);
  return offset;
}

/** Invalid names never reach luxon's own cache, which is unbounded. */
function learn(name: string): KnownZone {
  if (knownZones.size >= MAX_ZONES) knownZones.clear();
  const known = { zone: IANAZone.isValidZone(name) ? IANAZone.create(name) : null, offsetsMs: new Map() };
  knownZones.set(name, known);
  return known;
}

/** Whether this name is in the IANA data of this runtime. Fixed offsets such as "+10:00" are not zones. */
export function isValidZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && (knownZones.get(name) ?? learn(name)).zone !== null;
}

/**
 * Whether the zone is named after a location. `UTC`, `GMT`, `EST5EDT` and `Etc/GMT-10` are not: they are other
 * programs' clocks, and nobody lives there.
 */
export function isLocationZone(name: string): boolean {
  return /^(?!Etc\/|SystemV\/)[A-Za-z]+\//i.test(name) && isValidZone(name);
}

/**
 * A day in winter, one in summer, and one in March when some countries have changed their clocks and others have not.
 */
const CLOCK_SAMPLES_MS = [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15), Date.UTC(2026, 2, 20)];

/** Whether two zones' clocks show the same all year. */
export function haveSameClocks(one: string, other: string): boolean {
  return one === other || CLOCK_SAMPLES_MS.every((atMs) => offsetMs(one, atMs) === offsetMs(other, atMs));
}

/** Returns the wall clock's time, as milliseconds since 1970-01-01 00:00 on that wall clock. */
export function wallMs(zone: string, atMs: number): number {
  return atMs + offsetMs(zone, atMs);
}

/** Returns days since 1970-01-01 on the wall clock of the zone. */
export function wallDay(zone: string, atMs: number): number {
  return Math.floor(wallMs(zone, atMs) / DAY_MS);
}

/**
 * Returns the instant between the two when the offset changes, or null if it is the same at both. A binary search
 * of about a dozen look-ups, only on the few days a year with a change.
 */
export function transitionBetween(zone: string, fromMs: number, toMs: number): number | null {
  const before = offsetMs(zone, fromMs);
  if (before === offsetMs(zone, toMs) || Number.isNaN(before)) return null;
  let low = Math.floor(fromMs / MINUTE_MS);
  let high = Math.ceil(toMs / MINUTE_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(zone, middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

/** Wall clocks run from 12 hours behind UTC to 14 ahead, so a local day lies within these limits. */
const EARLIEST_AHEAD_MS = 15 * 3_600_000;
const LATEST_BEHIND_MS = 13 * 3_600_000;

/**
 * Returns every instant when the wall clock may first show or pass `minute` of a local day (days since 1970, minutes
 * since midnight; 1440 is the next midnight). On a day with a change these are the readings by both offsets, and the
 * change itself: a clock may jump over the time, or back behind it. The caller keeps the valid ones: luxon would
 * choose one of them, and not always the same.
 */
export function instantsOf(zone: string, day: number, minute: number): number[] {
  const midnightUtcMs = day * DAY_MS;
  const fromMs = midnightUtcMs - EARLIEST_AHEAD_MS;
  const toMs = midnightUtcMs + DAY_MS + LATEST_BEHIND_MS;
  const wall = midnightUtcMs + minute * MINUTE_MS;
  const changeMs = transitionBetween(zone, fromMs, toMs);
  const before = wall - offsetMs(zone, fromMs);
  return changeMs === null ? [before] : [before, wall - offsetMs(zone, toMs), changeMs];
}

/** "HH:MM" on the wall clock of the zone; null if the zone is unknown. */
export function wallTime(zone: string, at: Date): string | null {
  const wall = wallMs(zone, at.getTime());
  return Number.isNaN(wall) ? null : new Date(wall).toISOString().slice(11, 16);
}
