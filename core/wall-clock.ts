import { IANAZone } from "luxon";

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

const MAX_ZONES = 1_024;
const MAX_MINUTES_PER_ZONE = 256;

/** A zone, null where the name is none, and its offsets by minute as far as they were asked for. */
type KnownZone = { zone: IANAZone | null; offsetsMs: Map<number, number> };

/**
 * What was asked for already. A pure memo: it holds what the zone data says and can never change an answer, only
 * its price (a look-up in Intl costs microseconds, a new zone tens of them). Bounded, and emptied when full.
 */
const knownZones = new Map<string, KnownZone>();

/**
 * How far the wall clocks of `zone` are ahead of UTC at that instant, in milliseconds; NaN for a name that is
 * not in the IANA data. Offsets change on whole minutes since 1972, so a minute has one offset.
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

/** Names that are no zones never reach luxon's own memo, which has no bound. */
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

/** What the wall clock shows, as milliseconds since 1970-01-01 00:00 on that same wall clock. */
export function wallMs(zone: string, atMs: number): number {
  return atMs + offsetMs(zone, atMs);
}

/** Days since 1970-01-01 on the wall clock of the zone. */
export function wallDay(zone: string, atMs: number): number {
  return Math.floor(wallMs(zone, atMs) / DAY_MS);
}

/**
 * The instant at which the offset changes between two instants, or null when it is the same at both.
 * Found by halving, about a dozen look-ups, and only on the few days a year that have a change.
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

/** Wall clocks run from 12 hours behind UTC to 14 ahead: a local day lies within these instants. */
const EARLIEST_AHEAD_MS = 15 * 3_600_000;
const LATEST_BEHIND_MS = 13 * 3_600_000;

/**
 * Every instant at which the wall clock may first show, or pass, `minute` of a local day (days since 1970,
 * minutes since midnight, 1440 is the next midnight): the readings by the offsets before and after a change on
 * that day, and the change itself, which is when a clock jumps over or back behind the time.
 * The caller keeps those that fit: luxon would choose one reading for us, and not always the same one.
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

/** "HH:MM" on the wall clock of the zone; null where the zone is unknown. */
export function wallTime(zone: string, at: Date): string | null {
  const wall = wallMs(zone, at.getTime());
  return Number.isNaN(wall) ? null : new Date(wall).toISOString().slice(11, 16);
}
