import { localDay, localMonth } from "@smscrm/core/budget-period";
import { normalisePhone } from "@smscrm/core/phone";
import { messagePriceMicros } from "@smscrm/core/pricing";
import { segments } from "@smscrm/core/segments";
import type { PipelineTransaction } from "../connection.ts";
import type { Found } from "./find-jobs.ts";

/** What the carrier may have kept a message for at most: as every claim asks it to. */
const VALIDITY_SECONDS = 300;

interface TenantPeriod {
  id: string;
  timezone: string;
  now: Date;
}

/**
 * Gives each message that belongs to a job, or to a campaign without one, an attempt under way. `mergeCarrierUpdates`
 * then ends it as the carrier says, in the same transaction. Returns the attempts by the carrier's id.
 */
export async function writeSent(
  tx: PipelineTransaction,
  found: readonly Found[],
): Promise<Map<string, string>> {
  const placed = found.filter(({ campaignId, attemptId }) => campaignId && !attemptId);
  if (placed.length === 0) return new Map();
  const tenantIds = [...new Set(placed.map((one) => one.tenantId!))].sort();
  const tenants = await tx<TenantPeriod[]>`
    select id, timezone, clock_timestamp() as now from tenants where id = any(${tenantIds}::uuid[])`;
  await rollBudgetsOver(tx, tenants);
  await keepSenders(tx, placed);
  await keepRecipients(tx, placed);
  const rows = placed.map((one) => rowOf(one, tenants));
  await addJobs(tx, rows);
  return addAttempts(tx, rows);
}

/** What was sent today must count towards today, so the budget rows have to stand in it. */
async function rollBudgetsOver(tx: PipelineTransaction, tenants: readonly TenantPeriod[]): Promise<void> {
  const periods = tenants.map(({ id, timezone, now }) => ({
    id,
    day: localDay(timezone, now),
    month: `${localMonth(timezone, now)}-01`,
  }));
  await tx`select 1 from budgets where tenant_id = any(${tenants.map((one) => one.id)}::uuid[])
    order by tenant_id for no key update`;
  await tx`
    update budgets set
      daily_spent_cents = case when local_day < p.day then 0 else daily_spent_cents end,
      daily_reserved_cents = case when local_day < p.day then 0 else daily_reserved_cents end,
      monthly_spent_cents = case when local_month < p.month then 0 else monthly_spent_cents end,
      monthly_reserved_cents = case when local_month < p.month then 0 else monthly_reserved_cents end,
      local_day = greatest(local_day, p.day), local_month = greatest(local_month, p.month)
    from jsonb_to_recordset(${tx.json(periods)}) as p (id uuid, day date, month date)
    where budgets.tenant_id = p.id and (local_day < p.day or local_month < p.month)`;
}

/** A number that was added after the backup: kept, but not sent from until somebody says so. */
async function keepSenders(tx: PipelineTransaction, placed: readonly Found[]): Promise<void> {
  const rows = placed.map(({ tenantId, message: { from, to } }) => ({
    tenantId,
    from,
    country: countryOf(to),
  }));
  await tx`
    insert into sending_numbers (tenant_id, phone_e164, country, label, status, segments_per_second)
    select distinct on ("from") "tenantId", "from", country, 'Found at the carrier after a restore', 'retired', 1
    from jsonb_to_recordset(${tx.json(rows as never)}) as r ("tenantId" uuid, "from" text, country text)
    order by "from" on conflict do nothing`;
}

/** A person who was imported after the backup: kept without consent, so that a second launch leaves them out. */
async function keepRecipients(tx: PipelineTransaction, placed: readonly Found[]): Promise<void> {
  const rows = placed.map(({ tenantId, message: { to } }) => {
    const phone = normalisePhone(to, "");
    return { tenantId, to, country: countryOf(to), lineType: phone.ok ? phone.lineType : null };
  });
  await tx`
    insert into contacts (tenant_id, phone_e164, country, line_type)
    select distinct "tenantId", "to", country, "lineType"
    from jsonb_to_recordset(${tx.json(rows as never)}) as r ("tenantId" uuid, "to" text, country text, "lineType" text)
    on conflict (tenant_id, phone_e164) do nothing`;
}

function countryOf(phone: string): string {
  const known = normalisePhone(phone, "");
  return (known.ok && known.country) || "ZZ";
}

function rowOf({ message, tenantId, campaignId, jobId }: Found, tenants: readonly TenantPeriod[]) {
  const { sid, from, to, body, createdAt } = message;
  const { timezone, now } = tenants.find((tenant) => tenant.id === tenantId)!;
  const size = Math.max(1, segments(body).segments);
  const day = localDay(timezone, createdAt);
  return {
    sid,
    tenant_id: tenantId,
    campaign_id: campaignId,
    job_id: jobId,
    from_phone: from,
    to_phone: to,
    body,
    segments: size,
    price: messagePriceMicros({ country: countryOf(to), segments: size }) ?? message.priceMicros ?? 0,
    at: createdAt,
    day,
    month: `${localMonth(timezone, createdAt)}-01`,
    today: day === localDay(timezone, now),
  };
}

type Row = ReturnType<typeof rowOf>;
const COLUMNS = `sid text, tenant_id uuid, campaign_id uuid, job_id uuid, from_phone text, to_phone text, body text,
  segments smallint, price bigint, at timestamptz, day date, month date, today boolean`;
const given = (tx: PipelineTransaction, rows: readonly Row[]) =>
  tx`jsonb_to_recordset(${tx.json(rows as never)}) as r (${tx.unsafe(COLUMNS)})`;

/** Campaigns whose audience was not frozen yet: who got the message is in it from now on, as one that was sent. */
async function addJobs(tx: PipelineTransaction, rows: Row[]): Promise<void> {
  const fresh = rows.filter((row) => row.job_id === null);
  if (fresh.length === 0) return;
  const added = await tx<{ jobId: string; campaignId: string; phone: string }[]>`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    select distinct on (r.campaign_id, c.id) r.tenant_id, r.campaign_id, c.id, c.phone_e164, c.country
    from ${given(tx, fresh)} join contacts c on c.tenant_id = r.tenant_id and c.phone_e164 = r.to_phone
    on conflict (campaign_id, contact_id) do nothing
    returning id as "jobId", campaign_id as "campaignId", phone_e164 as phone`;
  await tx`
    update campaigns c set audience_count = c.audience_count + n.added
    from (select "campaignId" as id, count(*)::int as added
      from jsonb_to_recordset(${tx.json(added)}) as a ("campaignId" uuid) group by 1) n
    where c.id = n.id`;
  for (const { jobId, campaignId, phone } of added) {
    const row = fresh.find((one) => one.campaign_id === campaignId && one.to_phone === phone && !one.job_id);
    if (row) row.job_id = jobId;
  }
}

/** The job counts as being sent, whatever waited for it; its attempt is as old as the carrier's message. */
async function addAttempts(tx: PipelineTransaction, rows: readonly Row[]): Promise<Map<string, string>> {
  const ready = rows.filter((row) => row.job_id !== null);
  const written = await tx<{ sid: string; attemptId: string }[]>`
    with given as (
      select r.*, j.attempts, n.id as number_id from ${given(tx, ready)}
      join send_jobs j on j.id = r.job_id and j.status = 'queued'
      join sending_numbers n on n.phone_e164 = r.from_phone
    ), attempts as (
      insert into send_attempts (id, tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
        body, segments, validity_seconds, budget_day, budget_month, reserved_micros, claimed_at)
      select uuid_v7_at(at), tenant_id, job_id, campaign_id, attempts + 1, number_id, from_phone, to_phone, body,
        segments, ${VALIDITY_SECONDS}, day, month, price, at from given
      returning id, send_job_id
    ), jobs as (
      update send_jobs j set status = 'sending', attempts = g.attempts + 1, last_attempt_id = a.id,
        sending_number_id = g.number_id, segments = g.segments, price_micros = g.price, claimed_at = g.at,
        hold_reason = null, not_before = null, gate = null, updated_at = clock_timestamp(),
        verdict = jsonb_build_object('kind', 'send', 'at', g.at, 'looked', jsonb_build_object('restoredFrom', 'carrier'))
      from given g join attempts a on a.send_job_id = g.job_id where j.id = g.job_id
    )
    select g.sid, a.id as "attemptId" from given g join attempts a on a.send_job_id = g.job_id`;
  await countWarmUp(tx, ready);
  return new Map(written.map(({ sid, attemptId }) => [sid, attemptId]));
}

/** What a number sent today counts towards its warm-up, whoever remembers it. */
async function countWarmUp(tx: PipelineTransaction, rows: readonly Row[]): Promise<void> {
  await tx`
    update sending_numbers n set sent_on = today.day,
      sent_today = case when n.sent_on = today.day then n.sent_today else 0 end + today.sent
    from (select from_phone, day, count(*)::int as sent from ${given(tx, rows)} where today group by 1, 2) today
    where n.phone_e164 = today.from_phone and (n.sent_on is null or n.sent_on <= today.day)`;
}
