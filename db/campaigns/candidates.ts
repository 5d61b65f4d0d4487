import type { Candidate } from "@smscrm/core/gates/message-facts";
import { OPT_OUT_FIELD } from "@smscrm/core/text/opt-out-link";
import { INBOX_IS_FULL, TEAM_NUMBERS } from "../safeguards/safeguards.ts";
import { SUPPRESSION_JOIN } from "../suppression/standing.ts";

/**
 * Columns of a candidate, for statements over `contacts c` left-joined with `do_not_contact d`. `history` joins the
 * number's submissions of the last seven days. One list, so that preflight and claim read the same facts.
 */
const FACT_COLUMNS = `
  c.id as "contactId", c.phone_e164 as "phoneE164", c.country, c.line_type as "lineType",
  c.first_name as "firstName", c.last_name as "lastName", c.state, c.postcode,
  c.address_country as "addressCountry",
  c.timezone, c.timezone_source as "timezoneSource",
  c.consent_basis as "consentBasis", c.consent_expires_at as "consentExpiresAt",
  c.consent_summary::text as "consentSummary",
  case when c.invalid_until is null or c.invalid_until > clock_timestamp() then c.invalid_reason end as "invalidReason",
  d.created_at as "doNotContactSince", d.source as "doNotContactSource", suppressed.lists as "suppressedBy",
  history.hand_overs as "recentSubmissions", history.last_sender as "stickySenderId"`;

export const CANDIDATE_COLUMNS = `${FACT_COLUMNS}, c.email, c.city, c.custom`;

const FIELDS_OF_FACTS = ["first_name", "last_name", "phone", "state", "postcode"];

/**
 * The same columns for one template: those that its merge fields do not use are null, also `custom`. A preflight of a
 * million contacts spends much of its time on reading columns.
 */
export function candidateColumnsFor(mergeFields: readonly string[]): string {
  const asks = (field: string, column: string) =>
    mergeFields.includes(field) ? `c.${field}` : `null as "${column}"`;
  const known = [...FIELDS_OF_FACTS, "email", "city", OPT_OUT_FIELD];
  const custom = mergeFields.every((field) => known.includes(field)) ? "null as custom" : "c.custom";
  return `${FACT_COLUMNS}, ${asks("email", "email")}, ${asks("city", "city")}, ${custom}`;
}

const HISTORY_JOIN = `
  left join lateral (
    select array_agg(a.claimed_at order by a.claimed_at desc) as hand_overs,
      (array_agg(a.sending_number_id order by a.claimed_at desc))[1] as last_sender
    from (
      select claimed_at, sending_number_id from send_attempts
      where tenant_id = c.tenant_id and to_phone = c.phone_e164
        and claimed_at > statement_timestamp() - interval '7 days'
        and state in ('sending', 'accepted', 'unknown', 'presumed-sent')
      order by claimed_at desc limit 50
    ) a
  ) history on true`;

export const CANDIDATE_JOINS = `
  left join do_not_contact d on d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164 ${SUPPRESSION_JOIN} ${HISTORY_JOIN}`;

/** The same joins as one index look-up per contact, for few contacts, independent of the planner's statistics. */
export const CANDIDATE_LOOK_UPS = `
  left join lateral (
    select created_at, source from do_not_contact
    where tenant_id = c.tenant_id and phone_e164 = c.phone_e164 limit 1
  ) d on true ${SUPPRESSION_JOIN} ${HISTORY_JOIN}`;

/** A candidate row: without history its columns are null. */
export type CandidateRow = Omit<Candidate, "recentSubmissions" | "alreadyInCampaign"> & {
  recentSubmissions: Date[] | null;
};

/** Columns of a tenant's rules, for statements over `tenants t`. */
export const TENANT_RULES_COLUMNS = `
  t.timezone, t.country, t.sending_paused_at as "sendingPausedAt",
  restore_locked_since(t.restore_locked_at) as "restoreLockedAt", t.quiet_hours as "quietHours",
  t.destination_hours as "destinationHours", t.sending_hours_limit as "sendingHoursLimit",
  t.trust_tenant_zone as "trustTenantZone", t.cap_per_day as "capPerDay", t.cap_per_week as "capPerWeek",
  case when t.trial_since is not null then ${TEAM_NUMBERS} end as "trialNumbers",
  case when ${INBOX_IS_FULL} then t.inbox_limit end as "inboxFullAbove"`;
