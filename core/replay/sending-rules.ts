import { type DestinationHours, recommendedApply } from "../time/destination-hours.ts";
import { isStricter, type WeekSchedule } from "../time/quiet-hours.ts";

/** What an organisation decides about its sending. All of it takes effect at the next claim. */
export interface SendingRules {
  /** IANA name: where contacts of unknown location live if `trustTenantZone`. */
  timezone: string;
  /** ISO 3166-1 alpha-2. Its recommended hours apply only where an owner chose them. */
  country: string;
  quietHours: WeekSchedule;
  destinationHours: DestinationHours;
  trustTenantZone: boolean;
  /** Texts per contact in 24 hours and in 7 days; null: no cap. */
  capPerDay: number | null;
  capPerWeek: number | null;
}

/** The rules of one version as they were in force, with the platform's limit. */
export interface RulesInForce extends SendingRules {
  sendingHoursLimit: WeekSchedule | null;
}

export const RULE_NAMES = [
  "timezone",
  "country",
  "quietHours",
  "destinationHours",
  "trustTenantZone",
  "capPerDay",
  "capPerWeek",
] as const satisfies readonly (keyof SendingRules)[];
export type RuleName = (typeof RULE_NAMES)[number];

/** Returns the rules of a change of settings, without its other settings. */
export function rulesOf(change: Partial<SendingRules>): Partial<SendingRules> {
  const named = RULE_NAMES.filter((name) => change[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, change[name]]));
}

/** Returns the names of the rules that differ. */
export function changedRules(before: SendingRules, change: Partial<SendingRules>): RuleName[] {
  return RULE_NAMES.filter(
    (name) => change[name] !== undefined && canonical(change[name]) !== canonical(before[name]),
  );
}

/** Key order is no difference: PostgreSQL's jsonb does not keep it. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * Returns the rules that would let a message go which is held today; none: the change only tightens. Another time zone
 * or country moves hours both ways, so it always counts.
 */
export function loosenedRules(before: SendingRules, change: Partial<SendingRules>): RuleName[] {
  const after = { ...before, ...change };
  return changedRules(before, change).filter((name) => !TIGHTENS[name](before, after));
}

type Tightens = (before: SendingRules, after: SendingRules) => boolean;
const capTightens = (before: number | null, after: number | null) =>
  after !== null && (before === null || after <= before);

const TIGHTENS: Readonly<Record<RuleName, Tightens>> = {
  timezone: () => false,
  country: () => false,
  quietHours: (before, after) => isStricter(after.quietHours, before.quietHours),
  destinationHours: (before, after) =>
    [...Object.keys(before.destinationHours), ...Object.keys(after.destinationHours)].every(
      (code) => recommendedApply(after, code) || !recommendedApply(before, code),
    ),
  trustTenantZone: (_, after) => !after.trustTenantZone,
  capPerDay: (before, after) => capTightens(before.capPerDay, after.capPerDay),
  capPerWeek: (before, after) => capTightens(before.capPerWeek, after.capPerWeek),
};
