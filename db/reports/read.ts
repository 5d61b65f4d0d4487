import { type Dimension, type Figures, NO_FIGURES } from "@smscrm/core/reports/figures";
import type { Period } from "@smscrm/core/reports/period";
import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

const SUMS = sql.raw(`
  sum(sent)::int as sent, sum(delivered)::int as delivered, sum(failed)::int as failed,
  sum(sent - delivered - failed)::int as open, sum(not_sent)::int as "notSent", sum(replied)::int as replied,
  sum(opted_out)::int as "optedOut", sum(clicked)::int as clicked, sum(segments)::int as segments,
  sum(cost_micros)::float8 as "costMicros", sum(estimated_micros)::float8 as "estimatedMicros"`);

const within = (tenantId: string, { from, to }: Period, dimension: string): SQL =>
  sql`r.tenant_id = ${tenantId} and r.dimension = ${dimension} and r.day between ${from}::date and ${to}::date`;

/** Returns the figures of each local day that has any, oldest first. */
export async function readDays(
  tx: TenantTransaction,
  tenantId: string,
  period: Period,
): Promise<(Figures & { day: string })[]> {
  const rows = await tx.execute<Figures & { day: string } & Record<string, unknown>>(sql`
    select day::text as day, ${SUMS} from report_days r where ${within(tenantId, period, "total")} group by 1 order by 1`);
  return [...rows];
}

/** A row of a report's table. */
export interface ReportRow extends Figures {
  /** What it is about: an id, a country, an hour, a weekday (1 to 7), a reason. Empty: none. */
  key: string;
  /** The name of a campaign, template, audience or sender; null: the key says it, or what it named is gone. */
  name: string | null;
}

/** A table has at most this many rows; those with most messages. */
const REPORT_ROWS_MAX = 500;

const MOST_FIRST = sql.raw(`order by sum(sent + not_sent) desc, 1 limit ${REPORT_ROWS_MAX}`);
const UUID = "'^[0-9a-f-]{36}$'";

/** By campaign, joined with it: replies, tests and answers have their kind as their key. */
const ofCampaigns = (tenantId: string, period: Period) => sql`
  (select *, case when r.key ~ ${sql.raw(UUID)} then r.key::uuid end as campaign_id from report_days r
    where ${within(tenantId, period, "campaign")}) r
  left join campaigns c on c.tenant_id = ${tenantId} and c.id = r.campaign_id`;

const AUDIENCE_KEY = sql.raw(`case when c.id is null then r.key
  else coalesce(c.audience ->> 'audienceId', c.audience ->> 'kind') end`);

const TABLES: Readonly<Record<Dimension, (tenantId: string, period: Period) => SQL>> = {
  campaign: (tenantId, period) => sql`
    select r.key, max(c.name) as name, ${SUMS} from ${ofCampaigns(tenantId, period)} group by 1 ${MOST_FIRST}`,
  audience: (tenantId, period) => sql`
    select key, (select name from audiences a where a.tenant_id = ${tenantId} and a.id::text = key) as name, sums.* from (
      select ${AUDIENCE_KEY} as key, ${SUMS} from ${ofCampaigns(tenantId, period)} group by 1 ${MOST_FIRST}) sums`,
  template: (tenantId, period) => sql`
    select key, (select name from templates t where t.tenant_id = ${tenantId} and t.id::text = key) as name, sums.* from (
      select coalesce(c.template_id::text, '') as key, ${SUMS} from ${ofCampaigns(tenantId, period)} group by 1 ${MOST_FIRST}) sums`,
  sender: (tenantId, period) => sql`
    select key, (select coalesce(nullif(n.label, ''), n.phone_e164) from sending_numbers n
      where n.tenant_id = ${tenantId} and n.id::text = key) as name, sums.* from (
      select r.key, ${SUMS} from report_days r where ${within(tenantId, period, "sender")} group by 1 ${MOST_FIRST}) sums`,
  country: (tenantId, period) => byKey(tenantId, period, "country"),
  hour: (tenantId, period) => byKey(tenantId, period, "hour"),
  weekday: (tenantId, period) => sql`
    select extract(isodow from day)::text as key, null::text as name, ${SUMS} from report_days r
    where ${within(tenantId, period, "total")} group by 1 ${MOST_FIRST}`,
  failed: (tenantId, period) => byKey(tenantId, period, "failed"),
  notSent: (tenantId, period) => byKey(tenantId, period, "not-sent"),
};

const byKey = (tenantId: string, period: Period, dimension: string) => sql`
  select r.key, null::text as name, ${SUMS} from report_days r where ${within(tenantId, period, dimension)}
  group by 1 ${MOST_FIRST}`;

/** Returns the figures by one dimension, those with most messages first. */
export async function readTable(
  tx: TenantTransaction,
  tenantId: string,
  { period, by }: { period: Period; by: Dimension },
): Promise<ReportRow[]> {
  const rows = await tx.execute<ReportRow & Record<string, unknown>>(TABLES[by](tenantId, period));
  return rows.map((row) => ({ ...NO_FIGURES, ...row }));
}

/** Up to when everything is counted: all that was committed by then. Null: nothing is counted yet. */
export async function readCountedAt(tx: TenantTransaction): Promise<Date | null> {
  const [row] = await tx.execute<{ at: string | null }>(sql`select counted_at as at from report_state`);
  return row?.at ? new Date(row.at) : null;
}

/** Returns the local day of the tenant's clock, and its zone as reports use it. */
export async function readReportClock(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ today: string; zone: string }> {
  const [row] = await tx.execute<{ today: string; zone: string }>(sql`
    select zone, (statement_timestamp() at time zone zone)::date::text as today
    from (select report_zone(timezone) as zone from tenants where id = ${tenantId}) t`);
  return row!;
}
