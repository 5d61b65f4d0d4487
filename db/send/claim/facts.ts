import type { ClaimJob, ClaimNumber, ClaimTenant } from "@smscrm/core/claim/facts";
import type { CompiledCampaign, MergeColumns } from "@smscrm/core/gates/message-facts";
import type { PersonClicks } from "@smscrm/core/links/click-privacy";
import { isValidZone } from "@smscrm/core/time/time-zone";
import {
  CANDIDATE_COLUMNS,
  CANDIDATE_LOOK_UPS,
  type CandidateRow,
  TENANT_RULES_COLUMNS,
} from "../../campaigns/candidates.ts";
import { TEXTS_COLUMNS } from "../../campaigns/texts/campaign-texts.ts";
import { AB_STATE_COLUMN } from "../../campaigns/texts/variants.ts";
import { RULES_TOKEN } from "../../law/rule-book.ts";
import { SHORT_LINKS_COLUMNS } from "../../links/campaign-links.ts";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import { TEAM_NUMBERS } from "../../safeguards/safeguards.ts";
import { CARRIER_REGISTRATION, NUMBER_ACTIVE } from "../../senders/number-in-use.ts";
import { listsOf, SUPPRESSION_LISTS_COLUMN } from "../../suppression/standing.ts";

export type TenantRow = ClaimTenant & {
  id: string;
  /** Which rules of countries are in force: see db/law. */
  rulesToken: string;
  /** The key of the tenant's opt-out links, and of the recipients' codes in short links. */
  optOutKey: Uint8Array;
  /** The version of the tenant's sending rules, which is stored with each decision. */
  rulesRevision: number;
};

type TenantRead = Omit<TenantRow, "knowsItsDay" | "suppressionLists"> & { suppressionLists: string | null };

export async function readTenant(tx: PipelineTransaction, tenantId: string): Promise<TenantRow | undefined> {
  const [row] = await tx<TenantRead[]>`
    select t.id, t.opt_out_key as "optOutKey", t.rules_revision as "rulesRevision", clock_timestamp() as now,
      ${tx.unsafe(RULES_TOKEN)}::text as "rulesToken", ${tx.unsafe(TENANT_RULES_COLUMNS)},
      ${tx.unsafe(SUPPRESSION_LISTS_COLUMN)}, t.segments_per_second as "segmentsPerSecond",
      t.daily_budget_cents as "dailyBudgetCents", t.monthly_budget_cents as "monthlyBudgetCents",
      b.daily_spent_cents as "dailySpentCents", b.daily_reserved_cents as "dailyReservedCents",
      b.monthly_spent_cents as "monthlySpentCents", b.monthly_reserved_cents as "monthlyReservedCents",
      b.local_day::text as "localDay", b.local_month::text as "localMonth",
      b.rate_tokens as "rateTokens", b.rate_tokens_at as "rateTokensAt"
    from tenants t join budgets b on b.tenant_id = t.id where t.id = ${tenantId}`;
  if (!row) return undefined;
  // An operator's SQL may write any text there. Then everything is held, and UTC is as good as any zone for that.
  const knowsItsDay = isValidZone(row.timezone);
  return {
    ...row,
    timezone: knowsItsDay ? row.timezone : "UTC",
    knowsItsDay,
    suppressionLists: listsOf(row.suppressionLists),
  };
}

type JobRow = CandidateRow &
  Omit<ClaimJob, "recentSubmissions"> & {
    /** When the person was erased. Their contact can only have come back by hand. */
    erasedSince: Date | null;
    /** What was submitted to the person's other numbers in the last seven days; null: nothing, or there are none. */
    otherSubmissions: Date[] | null;
  };

/**
 * Forces a look-up by key for each row. Without statistics (just after an import and a launch) the planner read all
 * of the tenant's rows for each job, and a claim took seconds.
 */
export async function lockJobs(
  tx: PipelineTransaction,
  tenantId: string,
  jobIds: string[],
): Promise<ClaimJob[]> {
  const rows = await tx<JobRow[]>`
    with jobs as materialized (
      select locked.* from unnest(${[...jobIds].sort()}::uuid[]) as ticket (id) cross join lateral (
        select j.id, j.tenant_id, j.campaign_id, j.contact_id, j.attempts, j.sending_number_id, j.draw, j.variant, j.language
        from send_jobs j
        where j.id = ticket.id and j.tenant_id = ${tenantId} and j.status = 'queued'
        limit 1 for no key update of j skip locked
      ) locked
    )
    select j.id as "jobId", j.campaign_id as "campaignId", j.attempts, j.draw, j.variant, j.language,
      case when j.attempts = 0 then j.sending_number_id end as "askedNumberId",
      exists (
        select 1 from send_attempts a
        where a.tenant_id = j.tenant_id and a.to_phone = c.phone_e164 and a.campaign_id = j.campaign_id
          and a.send_job_id <> j.id and a.state in ('sending', 'accepted', 'unknown', 'presumed-sent')
      ) or (${hasMerged(tx, tenantId)}) and exists (
        -- To another number of the same person.
        select 1 from contacts o join send_attempts a on a.tenant_id = o.tenant_id and a.to_phone = o.phone_e164
        where o.tenant_id = j.tenant_id and o.merged_into = c.id and a.campaign_id = j.campaign_id
          and a.state in ('sending', 'accepted', 'unknown', 'presumed-sent')
      ) as "alreadyInCampaign", c.merged_into as "mergedInto",
      case when (${hasMerged(tx, tenantId)}) then (
        select array_agg(a.claimed_at order by a.claimed_at desc)
        from contacts o join send_attempts a on a.tenant_id = o.tenant_id and a.to_phone = o.phone_e164
        where o.tenant_id = j.tenant_id and o.merged_into = c.id
          and a.claimed_at > statement_timestamp() - interval '7 days'
          and a.state in ('sending', 'accepted', 'unknown', 'presumed-sent')
      ) end as "otherSubmissions",
      case when (select exists (select 1 from erasures where tenant_id = ${tenantId} and lifted_at is null))
        then erased_since(c.tenant_id, c.phone_e164) end as "erasedSince",
      ${tx.unsafe(CANDIDATE_COLUMNS)}
    from jobs j
    join lateral (select * from contacts where id = j.contact_id limit 1) c on c.tenant_id = j.tenant_id
    ${tx.unsafe(CANDIDATE_LOOK_UPS)}
    order by j.id`;
  return rows.map(({ erasedSince, otherSubmissions, ...row }) => ({
    ...row,
    ...(erasedSince ? { doNotContactSince: erasedSince, doNotContactSource: "erased" } : {}),
    recentSubmissions: newestFirst(row.recentSubmissions, otherSubmissions),
  }));
}

/** Whether anybody of the tenant has several numbers: asked once for a claim, so that most tenants look up none. */
const hasMerged = (tx: PipelineTransaction, tenantId: string) =>
  tx`select exists (select 1 from contacts where tenant_id = ${tenantId} and merged_into is not null)`;

/** Caps are about the person, not about one of their numbers. */
function newestFirst(own: Date[] | null, others: Date[] | null): Date[] {
  if (others === null) return own ?? [];
  return [...(own ?? []), ...others].sort((one, other) => other.getTime() - one.getTime());
}

export function lockNumbers(tx: PipelineTransaction, tenantId: string): Promise<ClaimNumber[]> {
  return tx<ClaimNumber[]>`
    select id, phone_e164 as "phoneE164", country, kind, registration, ${tx.unsafe(CARRIER_REGISTRATION)} as "carrierRegistration",
      segments_per_second as "segmentsPerSecond", warm_up_started_on::text as "warmUpStartedOn", warm_up_schedule as "warmUpSchedule",
      tokens, tokens_at as "tokensAt", sent_on::text as "sentOn", sent_today as "sentToday"
    from sending_numbers where tenant_id = ${tenantId} and ${tx.unsafe(NUMBER_ACTIVE)}
    order by id for no key update`;
}

type CampaignRow = Omit<
  CompiledCampaign,
  | "template"
  | "offersOptOutMethod"
  | "textFaults"
  | "hasOptOutLink"
  | "withText"
  | "textKey"
  | "pausedAt"
  | "requested"
> & {
  requested: { byOwnerAt: string | null } | null;
  id: string;
  status: string;
  pausedAt: Date | null;
  updatedAt: Date;
  valuesOf: string | null;
  /** Whose clicks are kept; null: it has no short links, or the default. */
  personClicks: PersonClicks | null;
};

/** A campaign's rules: only `running` is open. An old ticket may find one that is paused, canceled or launched again. */
export type CampaignFacts = Omit<CampaignRow, "requested"> & Pick<CompiledCampaign, "requested">;

/** Selects campaigns by the ticket's job ids, so that it does not wait for the rows of the jobs. */
export async function readCampaigns(
  tx: PipelineTransaction,
  tenantId: string,
  jobIds: string[],
): Promise<CampaignFacts[]> {
  const rows = await tx<CampaignRow[]>`
    select id, kind, purpose, topic, status, body, smart_encoding as "smartEncoding", quiet_hours as "quietHours",
      quiet_hours_override_reason as "quietHoursOverrideReason", expires_at as "expiresAt",
      local_time as "localTime", launched_at as "launchedAt", ${tx.unsafe(SHORT_LINKS_COLUMNS)},
      case when canary is not null or ab_test is not null then jsonb_build_object('openDraws', open_draws) end as "firstPart",
      -- In one statement with what says who gets which text, so that both are of one moment.
      ${tx.unsafe(AB_STATE_COLUMN)}, ${tx.unsafe(TEXTS_COLUMNS)},
      paused_at as "pausedAt", updated_at as "updatedAt",
      case when kind = 'confirmation' then launched_at end as "confirmsOptOutOf",
      case when is_trial then (select ${tx.unsafe(TEAM_NUMBERS)} from tenants t where t.id = campaigns.tenant_id)
        end as "launchedAsTrialFor",
      case when kind = 'sign-up' then launched_at end as "signedUpAt", values_of as "valuesOf",
      case when test_number_id is not null then (
        -- A code goes to a number that nobody has verified yet. A test of one that was removed has no request any more.
        select jsonb_build_object('byOwnerAt', campaigns.asked_by_owner_at) from test_numbers n
        where n.tenant_id = campaigns.tenant_id and n.id = campaigns.test_number_id and n.removed_at is null
          and (n.verified_at is not null or campaigns.kind = 'code')
      ) end as requested
    from campaigns where tenant_id = ${tenantId} and id in (
      select campaign_id from send_jobs where id = any(${jobIds}::uuid[]))`;
  return rows.map((row) => {
    const byOwnerAt = row.requested?.byOwnerAt ?? null;
    return {
      ...row,
      pausedAt: row.status === "running" ? null : (row.pausedAt ?? row.updatedAt),
      requested: row.requested && { byOwnerAt: byOwnerAt === null ? null : new Date(byOwnerAt) },
    };
  });
}

/** A contact who is gone leaves nothing: a text that needs their values is refused. */
const NO_VALUES: MergeColumns = {
  ...{ firstName: null, lastName: null, email: null, city: null, state: null, postcode: null },
  custom: {},
};

/** Gives the jobs of tests the values of the contacts that they are made for. Reads nothing where there is none. */
export async function withOthersValues(
  tx: PipelineTransaction,
  tenantId: string,
  jobs: readonly ClaimJob[],
  campaigns: ReadonlyMap<string, { valuesOf: string | null }>,
): Promise<readonly ClaimJob[]> {
  const ids = [...campaigns.values()].flatMap(({ valuesOf }) => valuesOf ?? []);
  if (ids.length === 0) return jobs;
  const rows = await tx<(MergeColumns & { id: string })[]>`
    select id, first_name as "firstName", last_name as "lastName", email, city, state, postcode, custom
    from contacts where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`;
  const values = new Map(rows.map(({ id, ...columns }) => [id, columns]));
  return jobs.map((job) => {
    const of = campaigns.get(job.campaignId)?.valuesOf ?? null;
    return of === null ? job : { ...job, mergeAs: values.get(of) ?? NO_VALUES };
  });
}

/** Returns when each of these people last wrote to us, by number. Opt-outs do not count: they invite no reply. */
export async function readLastWritings(
  tx: PipelineTransaction,
  tenantId: string,
  phones: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  if (phones.length === 0) return new Map();
  const rows = await tx<{ phone: string; wroteAt: Date }[]>`
    select wanted.phone, latest.created_at as "wroteAt"
    from unnest(${phones as string[]}::text[]) as wanted (phone)
    cross join lateral (
      select created_at from inbound_messages
      where tenant_id = ${tenantId} and from_phone = wanted.phone and kind <> 'opt-out' order by id desc limit 1
    ) latest`;
  return new Map(rows.map(({ phone, wroteAt }) => [phone, wroteAt]));
}
