import type { Candidate, TenantRules } from "@smscrm/core/message-facts";
import type { WeekSchedule } from "@smscrm/core/quiet-hours";

/**
 * Columns of a candidate, for statements over `contacts c` left-joined with `do_not_contact d`; `history` joins
 * what was handed over to the number in the last seven days. One list, so that a preflight and a claim read the same.
 */
const FACT_COLUMNS = `
  c.id as "contactId", c.phone_e164 as "phoneE164", c.country, c.line_type as "lineType",
  c.first_name as "firstName", c.last_name as "lastName", c.state, c.postcode,
  c.timezone, c.timezone_source as "timezoneSource",
  c.consent_basis as "consentBasis", c.consent_expires_at as "consentExpiresAt",
  c.invalid_reason as "invalidReason",
  d.created_at as "doNotContactSince", d.source as "doNotContactSource",
  history.hand_overs as "recentHandOvers", history.last_sender as "stickySenderId"`;

export const CANDIDATE_COLUMNS = `${FACT_COLUMNS}, c.email, c.city, c.custom`;

const FIELDS_OF_FACTS = ["first_name", "last_name", "phone", "state", "postcode"];

/**
 * The same for a template: what only its absent merge fields would look at is null, `custom` too. A preflight of a
 * million people spends much of its time on reading columns.
 */
export function candidateColumnsFor(mergeFields: readonly string[]): string {
  const asks = (field: string, column: string) =>
    mergeFields.includes(field) ? `c.${field}` : `null as "${column}"`;
  const known = [...FIELDS_OF_FACTS, "email", "city"];
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
  left join do_not_contact d on d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164 ${HISTORY_JOIN}`;

/** The same one person at a time, for few of them: whatever the planner thinks, each is one look into an index. */
export const CANDIDATE_LOOK_UPS = `
  left join lateral (
    select created_at, source from do_not_contact
    where tenant_id = c.tenant_id and phone_e164 = c.phone_e164 limit 1
  ) d on true ${HISTORY_JOIN}`;

/** A candidate as the database gives it: absent history is null. */
export type CandidateRow = Omit<Candidate, "recentHandOvers" | "alreadyInCampaign"> & {
  recentHandOvers: Date[] | null;
};

export function toCandidate(row: CandidateRow, alreadyInCampaign: boolean): Candidate {
  return { ...row, recentHandOvers: row.recentHandOvers ?? [], alreadyInCampaign };
}

/** Columns of a tenant's rules, for statements over `tenants t`. */
export const TENANT_RULES_COLUMNS = `
  t.timezone, t.country, t.sending_paused_at as "sendingPausedAt",
  restore_locked_since(t.restore_locked_at) as "restoreLockedAt", t.quiet_hours as "quietHours",
  t.trust_tenant_zone as "trustTenantZone", t.cap_per_day as "capPerDay", t.cap_per_week as "capPerWeek"`;

export type TenantRulesRow = TenantRules & { quietHours: WeekSchedule };
