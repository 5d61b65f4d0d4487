/** The messages that a new number may send per day, from its first day on. After the last entry there is no limit. */
export type WarmUpSchedule = readonly number[];

/** The ramp that other products use for new numbers. It is practice, not law: carriers publish none. */
export const DEFAULT_WARM_UP: WarmUpSchedule = [100, 250, 500, 750, 1_500, 2_250, 3_000];

/**
 * Returns how many messages the number may send on `today`; null when there is no limit any more. Days are the
 * tenant's local days, "YYYY-MM-DD". Before its first day, or with an unreadable day, a number sends nothing.
 */
export function warmUpLimit(schedule: WarmUpSchedule, startedOn: string, today: string): number | null {
  const day = daysBetween(startedOn, today);
  if (Number.isNaN(day) || day < 0) return 0;
  return schedule[day] ?? null;
}

/**
 * Returns how many messages a number has sent on `today`. A tenant that changes to a time zone where it is still
 * yesterday gets no second day.
 */
export function sentOnDay(number: { sentOn: string | null; sentToday: number }, today: string): number {
  return number.sentOn !== null && number.sentOn >= today ? number.sentToday : 0;
}

/** Counts calendar days, not spans of 24 hours: a day with a clock change is one day. */
function daysBetween(from: string, to: string): number {
  return (dayNumber(to) - dayNumber(from)) / 86_400_000;
}

function dayNumber(day: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
}
