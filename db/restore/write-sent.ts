import { normalisePhone } from "@smscrm/core/contacts/phone";
import { messagePriceMicros, type RateCard } from "@smscrm/core/price/pricing";
import { segments } from "@smscrm/core/text/segments";
import { budgetPeriod } from "@smscrm/core/time/budget-period";
import { BASIS_WITHOUT_CONSENT } from "../contacts/opt-outs.ts";
import { readRules } from "../law/rule-book.ts";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { COUNT_SENT } from "../senders/numbers.ts";
import { ROLL_OVER } from "../tenants/budget-periods.ts";
import type { Found } from "./find-jobs.ts";

/** The longest validity of a message at the carrier, as in every claim. */
const VALIDITY_SECONDS = 300;

interface TenantPeriod {
  id: string;
  timezone: string;
  now: Date;
}

/**
 * Creates an attempt in state `sending` for each message of a job or campaign. `mergeCarrierUpdates` then gives it
 * the carrier's status, in the same transaction. Returns the attempts by the carrier's id.
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
  const { rateCard } = await readRules(tx);
  const rows = placed.map((one) => rowOf(one, tenants, rateCard));
  await addJobs(tx, rows);
  return addAttempts(tx, rows);
}

/** Today's messages must count towards today, so the budget rows must be in today's period. */
async function rollBudgetsOver(tx: PipelineTransaction, tenants: readonly TenantPeriod[]): Promise<void> {
  const periods = tenants.map(({ id, timezone, now }) => {
    const { localDay: day, localMonth: month } = budgetPeriod(timezone, now);
    return { id, day, month };
  });
  await tx`select 1 from budgets where tenant_id = any(${tenants.map((one) => one.id)}::uuid[])
    order by tenant_id for no key update`;
  await tx`
    update budgets set ${tx.unsafe(ROLL_OVER)}
    from jsonb_to_recordset(${tx.json(periods)}) as p (id uuid, day date, month date)
    where budgets.tenant_id = p.id and (local_day < p.day or local_month < p.month)`;
}

/** Adds numbers that are newer than the backup, as `retired` until somebody activates them. */
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
    -- A number that was taken back is still the message's sender, but does not become the tenant's again.
    where not exists (select 1 from sending_numbers n where n.tenant_id = r."tenantId" and n.phone_e164 = r."from")
    order by "from" on conflict do nothing`;
}

/** Adds recipients who were imported after the backup, without consent, so that a second launch skips them. */
async function keepRecipients(tx: PipelineTransaction, placed: readonly Found[]): Promise<void> {
  const rows = placed.map(({ tenantId, message: { to } }) => {
    const phone = normalisePhone(to, "");
    return { tenantId, to, country: countryOf(to), lineType: phone.ok ? phone.lineType : null };
  });
  await tx`
    insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis)
    select tenant_id, phone, country, line_type, ${tx.unsafe(BASIS_WITHOUT_CONSENT)}
    from (
      select distinct "tenantId" as tenant_id, "to" as phone, country, "lineType" as line_type
      from jsonb_to_recordset(${tx.json(rows as never)}) as r ("tenantId" uuid, "to" text, country text, "lineType" text)
    ) n
    on conflict (tenant_id, phone_e164) do nothing`;
}

function countryOf(phone: string): string {
  const known = normalisePhone(phone, "");
  return (known.ok && known.country) || "ZZ";
}

function rowOf(
  { message, tenantId, campaignId, jobId }: Found,
  tenants: readonly TenantPeriod[],
  rateCard: RateCard,
) {
  const { sid, from, to, body, createdAt } = message;
  const { timezone, now } = tenants.find((tenant) => tenant.id === tenantId)!;
  const size = Math.max(1, segments(body).segments);
  const then = budgetPeriod(timezone, createdAt);
  const present = budgetPeriod(timezone, now);
  return {
    sid,
    tenant_id: tenantId,
    campaign_id: campaignId,
    job_id: jobId,
    from_phone: from,
    to_phone: to,
    body,
    segments: size,
    price:
      messagePriceMicros({ country: countryOf(to), segments: size }, rateCard) ?? message.priceMicros ?? 0,
    at: createdAt,
    day: then.localDay,
    month: then.localMonth,
    today: then.localDay === present.localDay,
    this_month: then.localMonth === present.localMonth,
  };
}

type Row = ReturnType<typeof rowOf>;
const COLUMNS = `sid text, tenant_id uuid, campaign_id uuid, job_id uuid, from_phone text, to_phone text, body text,
  segments smallint, price bigint, at timestamptz, day date, month date, today boolean, this_month boolean`;
const given = (tx: PipelineTransaction, rows: readonly Row[]) =>
  tx`jsonb_to_recordset(${tx.json(rows as never)}) as r (${tx.unsafe(COLUMNS)})`;

/** Adds send jobs to campaigns whose audience was not frozen: the recipient of the message is in it now, as sent. */
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

/** The job moves to `sending`, even if it was held; its attempt has the time of the carrier's message. */
async function addAttempts(tx: PipelineTransaction, rows: readonly Row[]): Promise<Map<string, string>> {
  const ready = rows.filter((row) => row.job_id !== null);
  const written = await tx<{ sid: string; attemptId: string }[]>`
    with given as (
      select r.*, j.attempts, n.id as number_id, case when r.today then greatest(r.day, b.local_day) else r.day end as paid_day,
        case when r.this_month then greatest(r.month, b.local_month) else r.month end as paid_month
      from ${given(tx, ready)}
      join send_jobs j on j.id = r.job_id and j.status = 'queued'
      join budgets b on b.tenant_id = r.tenant_id
      cross join lateral (
        select id from sending_numbers where tenant_id = r.tenant_id and phone_e164 = r.from_phone
        order by taken_back_at desc nulls first limit 1
      ) n
    ), attempts as (
      insert into send_attempts (id, tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
        body, segments, validity_seconds, budget_day, budget_month, reserved_micros, claimed_at)
      select uuid_v7_at(at), tenant_id, job_id, campaign_id, attempts + 1, number_id, from_phone, to_phone, body,
        segments, ${VALIDITY_SECONDS}, paid_day, paid_month, price, at from given
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

/** Counts today's messages of a number towards its warm-up. */
async function countWarmUp(tx: PipelineTransaction, rows: readonly Row[]): Promise<void> {
  await tx`
    update sending_numbers n set ${tx.unsafe(COUNT_SENT)}
    from (select tenant_id, from_phone, day, count(*)::int as sent from ${given(tx, rows)} where today group by 1, 2, 3) u
    where n.tenant_id = u.tenant_id and n.phone_e164 = u.from_phone and n.taken_back_at is null`;
}
