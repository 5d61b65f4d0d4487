import type { AbTest } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { Canary } from "@smscrm/core/campaigns/first-part/first-part";
import type { LocalTime } from "@smscrm/core/campaigns/timing/local-time";
import type { Random } from "../../../sample/random.ts";
import { wallMoment } from "./hours.ts";
import type { TestTenant } from "./tenants.ts";

/** When a campaign goes, as its author chose. */
export interface Timing {
  localTime: LocalTime | null;
  spreadMinutes: number | null;
  messagesPerMinute: number | null;
  canary: Canary | null;
  abTest: AbTest | null;
}

export const AT_ONCE: Timing = {
  ...{ localTime: null, spreadMinutes: null, messagesPerMinute: null, canary: null, abTest: null },
};

/** A few go first; the decision comes as soon as they have gone, because a run is short. */
export const IN_PARTS: Timing = { ...AT_ONCE, canary: { percent: 1, watchMinutes: 0 } };

/** Half get one of two texts; then the rest gets the second, unless the first is clearly better. */
export const TWO_TEXTS: Timing = {
  ...AT_ONCE,
  abTest: {
    ...{ percent: 50, atLeast: 100, measure: "delivered", waitMinutes: 0 },
    ...{ choice: "rule", unclear: "default", defaultVariant: 2 },
    texts: ["B of {{first_name}}'s shop. Reply STOP to opt out"],
  },
};

/** Fast enough to be over before the end of a run, and slower than everything at once. */
const MESSAGES_PER_MINUTE = 3_000;
const PASSED = ["next-day", "skip", "at-once"] as const;

/**
 * Returns the timing of a campaign: a third of them have a time of their own. The local time comes within a minute where
 * some of the people are. Elsewhere it has passed, or is hours away.
 */
export function planTiming(random: Random, tenant: TestTenant, now: number): Timing {
  if (!random.chance(1 / 3)) return AT_ONCE;
  const local = random.chance(0.6);
  return {
    localTime: local ? localTimeSoon(random, tenant, now) : null,
    spreadMinutes: random.chance(0.3) ? 1 : null,
    messagesPerMinute: random.chance(0.3) ? MESSAGES_PER_MINUTE : null,
    canary: random.chance(0.3) ? IN_PARTS.canary : null,
    abTest: random.chance(0.2) ? TWO_TEXTS.abTest : null,
  };
}

/** The next minute of somebody's clock, with a choice for those for whom it has passed. */
export function localTimeSoon(random: Random, { people }: TestTenant, now: number): LocalTime | null {
  if (people.length === 0) return null;
  const [date, time] = wallMoment(random.pick(people).zone, now + 60_000).split(" ") as [string, string];
  return { date, time, passed: random.pick(PASSED) };
}
