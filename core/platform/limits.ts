import { isStricter } from "../time/stricter-hours.ts";
import { dayWords, overlapOf, type WeekSchedule } from "../time/week-schedule.ts";

/** What the platform's operator allows an organisation at most, and nobody of it can change. Null: no limit. */
export interface TenantLimits {
  dailyBudgetCents: number | null;
  monthlyBudgetCents: number | null;
  segmentsPerSecond: number | null;
  /** Numbers and sender names that are not retired. */
  sendingNumbers: number | null;
  /** In any 24 hours, over all files. */
  uploadBytesPerDay: number | null;
  /** Local time of the recipient: no text outside of it, whatever the organisation's settings say. */
  sendingHours: WeekSchedule | null;
}

/** The settings of an organisation that a limit can restrict. */
export interface LimitedSettings {
  dailyBudgetCents: number;
  monthlyBudgetCents: number;
  segmentsPerSecond: number;
  quietHours: WeekSchedule;
}

const AMOUNTS = {
  dailyBudgetCents: { what: "daily budget", unit: (cents: number) => (cents / 100).toFixed(2) },
  monthlyBudgetCents: { what: "monthly budget", unit: (cents: number) => (cents / 100).toFixed(2) },
  segmentsPerSecond: { what: "segments per second", unit: String },
} as const;

const BY = "The platform's operator limits";

/** Returns why a change of settings passes a limit, in a sentence for the organisation's members; null if none does. */
export function limitFault(limits: TenantLimits, change: Partial<LimitedSettings>): string | null {
  for (const key of Object.keys(AMOUNTS) as (keyof typeof AMOUNTS)[]) {
    const limit = limits[key];
    const { what, unit } = AMOUNTS[key];
    if (limit !== null && (change[key] ?? 0) > limit) {
      return `${BY} the ${what} to ${unit(limit)}. Enter at most that, or ask them.`;
    }
  }
  if (limits.sendingHours && change.quietHours && !isStricter(change.quietHours, limits.sendingHours)) {
    return `${BY} your sending hours to ${hoursWords(limits.sendingHours)}. Choose hours within these, or ask them.`;
  }
  return null;
}

/** Returns hours in words: "09:00–21:00", or by day where days differ. */
export function hoursWords(week: WeekSchedule): string {
  const words = week.map((day) => dayWords(day) ?? "none");
  if (new Set(words).size === 1) return words[0]!;
  const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  return words.map((hours, day) => `${DAYS[day]} ${hours}`).join(", ");
}

/** Returns the settings that must change so that no limit is passed: each lowered to its limit. */
export function loweredSettings(limits: TenantLimits, settings: LimitedSettings): Partial<LimitedSettings> {
  const lowered: Partial<LimitedSettings> = {};
  for (const key of Object.keys(AMOUNTS) as (keyof typeof AMOUNTS)[]) {
    const limit = limits[key];
    if (limit !== null && settings[key] > limit) lowered[key] = limit;
  }
  if (limits.sendingHours && !isStricter(settings.quietHours, limits.sendingHours)) {
    const limit = limits.sendingHours;
    lowered.quietHours = settings.quietHours.map((day, index) => overlapOf(day, limit[index]));
  }
  return lowered;
}
