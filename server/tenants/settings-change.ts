import { limitFault } from "@smscrm/core/platform/limits";
import { may } from "@smscrm/core/process/roles";
import type { RuleName } from "@smscrm/core/replay/sending-rules";
import { DESTINATION_CHOICES } from "@smscrm/core/time/destination-hours";
import { keptDestinations, nightRuleFault } from "@smscrm/core/time/night-rule";
import { weekSchedule } from "@smscrm/core/time/quiet-hours";
import type { Settings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import { country, zone } from "../http/inputs.ts";
import { forbidden, unmet } from "../http/refusals.ts";
import type { Session } from "../users/session.ts";

/** A hundred million dollars. A larger amount is a typing error. */
export const cents = z.number().min(0, "A budget cannot be negative.").max(10_000_000_000);
const cap = z.int().min(1, "At least 1; leave it empty for no cap.").max(1_000).nullable();

/** Every setting of the organisation. A draft of sending rules is checked by the same schema. */
export const settingsChange = z.object({
  name: z.string().trim().min(1, "Enter a name.").max(100),
  timezone: zone,
  country,
  quietHours: weekSchedule,
  destinationHours: z
    .record(country, z.enum(DESTINATION_CHOICES))
    .refine((choices) => Object.keys(choices).length <= 300, "There are not that many countries."),
  trustTenantZone: z.boolean(),
  capPerDay: cap,
  capPerWeek: cap,
  dailyBudgetCents: cents,
  monthlyBudgetCents: cents,
  segmentsPerSecond: z.int().min(1).max(10_000),
});

type SettingsChange = Partial<z.output<typeof settingsChange>>;

/**
 * Returns what a member may save of a change, or throws why they may not: beyond the platform's limits, or texts at night
 * by a member who is no owner.
 */
export function allowedChange(session: Session, before: Settings, asked: SettingsChange): SettingsChange {
  const limit = limitFault(before.limits, asked);
  if (limit) throw unmet(limit);
  if (may(session, "quietHours.override")) return asked;
  const kept = keptDestinations(before, asked);
  const change = { ...asked, ...(kept && { destinationHours: kept }) };
  const fault = nightRuleFault(before, change);
  if (fault) throw forbidden(fault);
  return change;
}

const RULE_WORDS: Readonly<Record<RuleName, string>> = {
  timezone: "the time zone",
  country: "the country",
  quietHours: "the sending hours",
  destinationHours: "the hours of a country",
  trustTenantZone: "where unknown contacts live",
  capPerDay: "the texts per contact in 24 hours",
  capPerWeek: "the texts per contact in 7 days",
};

/** Returns why a change that loosens rules can't be saved directly. */
export function draftFirst(loosened: readonly RuleName[]): string {
  const words = loosened.map((name) => RULE_WORDS[name]).join(", ");
  return `This loosens a sending rule (${words}), and another member must activate that. Draft it with "See what this would have changed". Stricter rules can be saved at once.`;
}
