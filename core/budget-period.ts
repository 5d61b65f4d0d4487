import { DAY_MS, instantsOf, wallDay } from "./wall-clock.ts";

/**
 * Budgets run by the tenant's local days and months. All of these take an IANA zone; with a name that is not
 * one they throw a RangeError, because money without a period must not be spent.
 */

/** The local date, "YYYY-MM-DD". */
export function localDay(zone: string, at: Date): string {
  return dateOf(wallDay(zone, at.getTime()));
}

/** The local month, "YYYY-MM". */
export function localMonth(zone: string, at: Date): string {
  return localDay(zone, at).slice(0, 7);
}

/** The first instant of the next local day: usually midnight, 01:00 where a clock change skips that. */
export function dayResetsAt(zone: string, at: Date): Date {
  return startOf(zone, wallDay(zone, at.getTime()) + 1, at);
}

/** The first instant of the first day of the next local month. */
export function monthResetsAt(zone: string, at: Date): Date {
  const today = new Date(wallDay(zone, at.getTime()) * DAY_MS);
  return startOf(zone, Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1) / DAY_MS, at);
}

/**
 * The first instant after `at` on which the clocks show that day or a later one (an island that moves across
 * the date line leaves a day out). Where clocks go back over midnight the day begins the first time.
 */
function startOf(zone: string, day: number, at: Date): Date {
  const starts = instantsOf(zone, day, 0).filter(
    (startMs) => startMs > at.getTime() && wallDay(zone, startMs) >= day,
  );
  return new Date(Math.min(...starts));
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
