import type { TenantLimits } from "@smscrm/core/platform/limits";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LIMIT_COLUMNS } from "../tenants/limits.ts";

/**
 * Runs `work` with the rights of the platform's pages: counters and settings of all tenants, and no right to a contact,
 * a text, a phone number or an import's rows.
 */
function asPlatform<T>(sql: Pipeline, work: (tx: PipelineTransaction) => Promise<T>): Promise<T> {
  return transact(sql, async (tx) => {
    await tx`select set_config('role', 'smscrm_platform', true), set_config('statement_timeout', '5000', true)`;
    return work(tx);
  });
}

interface OrganisationRow {
  id: string;
  name: string;
  country: string;
  timezone: string;
  createdAt: Date;
  members: number;
  pausedAt: Date | null;
  suspendedAt: Date | null;
  suspendedReason: string | null;
  closedAt: Date | null;
  closedReason: string | null;
}

const ORGANISATION_COLUMNS = `t.id, t.name, t.country, t.timezone, t.created_at as "createdAt",
  t.sending_paused_at as "pausedAt", t.suspended_at as "suspendedAt", t.suspended_reason as "suspendedReason",
  t.closed_at as "closedAt", t.closed_reason as "closedReason",
  (select count(*)::int from memberships m where m.tenant_id = t.id and m.expires_at is null) as members`;

export interface OrganisationPage {
  items: OrganisationRow[];
  /** The id of the last row here, to ask for the next page with; null: there is none. */
  nextCursor: string | null;
}

/** Lists organisations by name, those whose name contains `search`. */
export function listOrganisations(
  sql: Pipeline,
  { search, after, limit }: { search: string | null; after: string | null; limit: number },
): Promise<OrganisationPage> {
  return asPlatform(sql, async (tx) => {
    const rows = await tx<OrganisationRow[]>`
      select ${tx.unsafe(ORGANISATION_COLUMNS)} from tenants t
      where not t.is_platform and (${search}::text is null or position(lower(${search}) in lower(t.name)) > 0)
        and (${after}::uuid is null or (lower(t.name), t.id) > (select lower(name), id from tenants where id = ${after}))
      order by lower(t.name), t.id limit ${limit + 1}`;
    const items = rows.slice(0, limit);
    return { items, nextCursor: rows.length > limit ? items.at(-1)!.id : null };
  });
}

/** How an organisation does: counters, never the rows that they count. */
interface OrganisationHealth {
  submittedToday: number;
  failedToday: number;
  queued: number;
  runningCampaigns: number;
  openAlerts: number;
  sendingNumbers: number;
  uploadedBytes: number;
  spentTodayCents: number;
  spentThisMonthCents: number;
}

interface OrganisationSettings {
  currency: string;
  dailyBudgetCents: number;
  monthlyBudgetCents: number;
  segmentsPerSecond: number;
}

interface SupportState {
  id: string;
  reason: string;
  grantedAt: Date | null;
  expiresAt: Date | null;
}

export interface Organisation extends OrganisationRow {
  owners: { name: string; email: string }[];
  settings: OrganisationSettings;
  limits: TenantLimits;
  health: OrganisationHealth;
  /** The asking operator's own request or visit. */
  support: SupportState | null;
}

/** Whether there is an organisation with this id, besides the platform's own. */
export function hasOrganisation(sql: Pipeline, tenantId: string): Promise<boolean> {
  return asPlatform(sql, async (tx) => {
    const found = await tx`select 1 from tenants where id = ${tenantId} and not is_platform`;
    return found.length > 0;
  });
}

/** Returns one organisation, or null if there is none with this id. */
export function readOrganisation(
  sql: Pipeline,
  tenantId: string,
  operatorId: string,
): Promise<Organisation | null> {
  return asPlatform(sql, async (tx) => {
    const [row] = await tx<(OrganisationRow & { settings: OrganisationSettings })[]>`
      select ${tx.unsafe(ORGANISATION_COLUMNS)}, json_build_object('currency', t.currency,
        'dailyBudgetCents', t.daily_budget_cents::float8, 'monthlyBudgetCents', t.monthly_budget_cents::float8,
        'segmentsPerSecond', t.segments_per_second) as settings
      from tenants t where t.id = ${tenantId} and not t.is_platform`;
    if (!row) return null;
    const [limits] = await tx<TenantLimits[]>`
      select ${tx.unsafe(LIMIT_COLUMNS)} from tenants t where t.id = ${tenantId}`;
    const owners = await tx<{ name: string; email: string }[]>`
      select u.name, u.email from memberships m join users u on u.id = m.user_id
      where m.tenant_id = ${tenantId} and m.role = 'owner' order by u.name, u.id limit 20`;
    const [support] = await tx<SupportState[]>`
      select id, reason, granted_at as "grantedAt", expires_at as "expiresAt" from support_accesses
      where tenant_id = ${tenantId} and operator_id = ${operatorId} and ended_at is null
        and (expires_at is null or expires_at > clock_timestamp())`;
    return {
      ...row,
      limits: limits!,
      owners,
      health: await readHealth(tx, tenantId),
      support: support ?? null,
    };
  });
}

async function readHealth(tx: PipelineTransaction, tenantId: string): Promise<OrganisationHealth> {
  const [row] = await tx<OrganisationHealth[]>`
    with day as materialized (
      select (statement_timestamp() at time zone timezone)::date as local_day,
        date_trunc('day', statement_timestamp() at time zone timezone) at time zone timezone as since
      from tenants where id = ${tenantId}
    ), sent as (
      select coalesce(sum(handed_over), 0)::int as submitted, coalesce(sum(undelivered + rejected), 0)::int as failed
      from campaign_pace where tenant_id = ${tenantId} and minute >= (select since from day)
    )
    select sent.submitted as "submittedToday", sent.failed as "failedToday",
      (select coalesce(sum(k.jobs), 0)::int from campaigns c join campaign_counters k on k.campaign_id = c.id
        where c.tenant_id = ${tenantId} and c.status in ('launching', 'running', 'paused') and k.status = 'queued') as queued,
      (select count(*)::int from campaigns where tenant_id = ${tenantId} and status in ('launching', 'running'))
        as "runningCampaigns",
      (select count(*)::int from alerts where tenant_id = ${tenantId} and state = 'open') as "openAlerts",
      (select count(*)::int from sending_numbers where tenant_id = ${tenantId} and status <> 'retired')
        as "sendingNumbers",
      (select coalesce(sum(size_bytes), 0)::float8 from imports
        where tenant_id = ${tenantId} and created_at > statement_timestamp() - interval '1 day') as "uploadedBytes",
      (case when b.local_day = day.local_day then b.daily_spent_cents + b.daily_reserved_cents else 0 end)::float8
        as "spentTodayCents",
      (case when b.local_month = date_trunc('month', day.local_day)::date
        then b.monthly_spent_cents + b.monthly_reserved_cents else 0 end)::float8 as "spentThisMonthCents"
    from day, sent, budgets b where b.tenant_id = ${tenantId}`;
  return row!;
}
