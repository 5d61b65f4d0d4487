import type { WeekSchedule } from "./week-schedule.ts";

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
  const inner = campaign[day];
  const outer = tenant[day];
  if (!inner) return null;
  if (!outer) return "the campaign would text although Settings allow no texts";
  if (inner.open < outer.open) return `the campaign would text from ${inner.open}, before ${outer.open}`;
  return inner.close > outer.close
    ? `the campaign would text until ${inner.close}, after ${outer.close}`
    : null;
}
