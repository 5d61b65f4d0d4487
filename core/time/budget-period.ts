import { DAY_MS, instantsOf, wallDay } from "./wall-clock.ts";

/**
 * Budgets run by the tenant's local days and months. All functions take an IANA zone. For an invalid one they throw a
 * RangeError, because money without a period must not be spent.
 */

/** Returns the local date, "YYYY-MM-DD". */
export function localDay(zone: string, at: Date): string {
  return dateOf(wallDay(zone, at.getTime()));
}

/** A local day, "YYYY-MM-DD", and the first day of a local month: what a budget's figures are kept for. */
export interface BudgetPeriod {
  localDay: string;
  localMonth: string;
}

/** Returns the tenant's day and month at that moment. */
export function budgetPeriod(zone: string, at: Date): BudgetPeriod {
  const day = localDay(zone, at);
  return { localDay: day, localMonth: `${day.slice(0, 7)}-01` };
}

/**
 * Whether figures that were kept for a day and a month still count at `present`. Figures of an earlier period count as
 * zero, even if no claim has reset them yet. Figures of a later period count: a tenant that changes to a time zone
 * where it is still yesterday has already spent the later day's money.
 */
export function stillCounts(kept: BudgetPeriod, present: BudgetPeriod): { day: boolean; month: boolean } {
  return { day: present.localDay <= kept.localDay, month: present.localMonth <= kept.localMonth };
}

/** Returns the first instant of the next local day: usually midnight, or 01:00 where a clock change skips it. */
export function dayResetsAt(zone: string, at: Date): Date {
  return startOf(zone, wallDay(zone, at.getTime()) + 1, at);
}

/** Returns the first instant of the next local month. */
export function monthResetsAt(zone: string, at: Date): Date {
  const today = new Date(wallDay(zone, at.getTime()) * DAY_MS);
  return startOf(zone, Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1) / DAY_MS, at);
}

/**
 * Returns the first instant after `at` when the clocks show that day or a later one (an island that crosses the date
 * line skips a day). Where clocks go back over midnight, the day begins the first time.
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
