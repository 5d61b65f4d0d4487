/**
 * Messages a new number may send on each day since its first: the first entry is for the first day. After the
 * last entry there is no limit.
 */
export type WarmUpSchedule = readonly number[];

/** A ramp that other products enforce for new numbers. Practice, not law: carriers publish none. */
export const DEFAULT_WARM_UP: WarmUpSchedule = [100, 250, 500, 750, 1_500, 2_250, 3_000];

/**
 * How many messages the number may send on `today`, or null when nothing limits it any more. Days are the
 * tenant's local days, "YYYY-MM-DD". Before its first day a number sends nothing; neither does one whose days
 * cannot be read.
 */
export function warmUpLimit(schedule: WarmUpSchedule, startedOn: string, today: string): number | null {
  const day = daysBetween(startedOn, today);
  if (Number.isNaN(day) || day < 0) return 0;
  return schedule[day] ?? null;
}

/** Calendar days, not spans of 24 hours: a day with a clock change is one day. */
function daysBetween(from: string, to: string): number {
  return (dayNumber(to) - dayNumber(from)) / 86_400_000;
}

function dayNumber(day: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
}
