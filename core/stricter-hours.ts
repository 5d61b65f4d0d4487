import type { WeekSchedule } from "./quiet-hours.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** Whether `campaign` opens at no time that `tenant` does not: a campaign may only be as strict or stricter. */
export function isStricter(campaign: WeekSchedule, tenant: WeekSchedule): boolean {
  return DAYS.every((_, day) => fault(campaign, tenant, day) === null);
}

/**
 * Why a campaign may not have these hours, in a sentence that names the first day at fault; null when it may. It
 * may only be as strict as its tenant or stricter, unless an owner overrides that with a recorded reason: whether
 * the reason is an owner's is the caller's to check, a blank one is none. Without hours of its own it has the
 * tenant's.
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
  if (!outer) return "the campaign would text although Settings allow none";
  if (inner.open < outer.open) return `the campaign would text from ${inner.open}, before ${outer.open}`;
  return inner.close > outer.close
    ? `the campaign would text until ${inner.close}, after ${outer.close}`
    : null;
}
