import { type DayWindow, dayWords, type WeekSchedule, windowsOf } from "./week-schedule.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** Whether `campaign` is only open when `tenant` is open. */
export function isStricter(campaign: WeekSchedule, tenant: WeekSchedule): boolean {
  return DAYS.every((_, day) => fault(campaign, tenant, day) === null);
}

/**
 * Returns why a campaign may not have these hours, in a sentence that names the first wrong day; null if it may.
 * Its hours must lie within the tenant's, unless an owner overrides that with a recorded reason. The caller checks
 * that the reason is an owner's; a blank one does not count. Without hours of its own a campaign has the tenant's.
 */
export function quietHoursProblem(
  campaign: WeekSchedule | null,
  tenant: WeekSchedule,
  overrideReason: string | null = null,
): string | null {
  if (campaign === null || overrideReason?.trim()) return null;
  const day = DAYS.findIndex((_, index) => fault(campaign, tenant, index) !== null);
  if (day < 0) return null;
  return `On ${DAYS[day]} ${fault(campaign, tenant, day)}. A campaign's hours must lie within those in Settings: shorten them, or leave them as in Settings.`;
}

function fault(campaign: WeekSchedule, tenant: WeekSchedule, day: number): string | null {
  const outer = windowsOf(tenant[day]);
  const outside = windowsOf(campaign[day]).find((inner) => !outer.some((window) => contains(window, inner)));
  if (!outside) return null;
  const [only, second] = outer;
  if (!only) return "the campaign would text although Settings allow no texts";
  if (second) {
    return `the campaign would text from ${outside.open} to ${outside.close}, outside ${dayWords(outer)}`;
  }
  return outside.open < only.open
    ? `the campaign would text from ${outside.open}, before ${only.open}`
    : `the campaign would text until ${outside.close}, after ${only.close}`;
}

function contains(outer: DayWindow, inner: DayWindow): boolean {
  return outer.open <= inner.open && inner.close <= outer.close;
}
