import type { CampaignStatus } from "@smscrm/core/campaigns/campaign";
import {
  dueOccurrences,
  occursAt,
  type SeriesRule,
  yearDaysOf,
} from "@smscrm/core/campaigns/timing/occurrences";
import { isValidZone } from "@smscrm/core/time/wall-clock";
import { and, eq, isNull, sql } from "drizzle-orm";
import { runOnPipeline } from "../../audiences/versions.ts";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import {
  type Pipeline,
  type PipelineTransaction,
  type TenantTransaction,
  transact,
} from "../../postgres/connection.ts";
import { campaignSeries } from "../../schema/index.ts";
import { copyTexts } from "../texts/languages.ts";
import { occurrenceFault, type YearDays } from "./series-approval.ts";

export interface Series {
  id: string;
  rule: SeriesRule;
  endsOn: string | null;
  sendsLate: boolean;
  doneThrough: string;
  nextAt: Date | null;
  pausedAt: Date | null;
}

/** Returns the series of a draft; null: it does not repeat. */
export async function findSeries(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
): Promise<Series | null> {
  const { id, rule, endsOn, sendsLate, doneThrough, nextAt, pausedAt } = campaignSeries;
  const [row] = await tx
    .select({ id, rule, endsOn, sendsLate, doneThrough, nextAt, pausedAt })
    .from(campaignSeries)
    .where(isOf(tenantId, campaignId));
  return row ?? null;
}

const isOf = (tenantId: string, campaignId: string) =>
  and(
    eq(campaignSeries.tenantId, tenantId),
    eq(campaignSeries.campaignId, campaignId),
    isNull(campaignSeries.endedAt),
  );

export type NewSeries = Pick<Series, "rule" | "endsOn" | "sendsLate" | "doneThrough" | "nextAt">;

/** Starts a series. Null: the draft repeats already. */
export async function insertSeries(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  userId: string,
  series: NewSeries,
): Promise<string | null> {
  const [row] = await tx
    .insert(campaignSeries)
    .values({ ...series, tenantId, campaignId, createdBy: userId })
    .onConflictDoNothing()
    .returning({ id: campaignSeries.id });
  return row?.id ?? null;
}

/** Changes a draft's series: pauses it, resumes it from the given day, or ends it. False: it does not repeat. */
export async function changeSeries(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  change: { paused: true } | { ended: true } | Pick<Series, "doneThrough" | "nextAt">,
): Promise<boolean> {
  const now = sql`clock_timestamp()`;
  const values =
    "paused" in change
      ? { pausedAt: now }
      : "ended" in change
        ? { endedAt: now, nextAt: null }
        : { ...change, pausedAt: null };
  const rows = await tx
    .update(campaignSeries)
    .set({ ...values, updatedAt: now })
    .where(isOf(tenantId, campaignId))
    .returning({ id: campaignSeries.id });
  return rows.length > 0;
}

/** A past occurrence: a campaign of its own. */
export interface Occurrence {
  campaignId: string;
  day: string;
  status: CampaignStatus;
  /** Whether it was only recorded, because it was late. */
  isMissed: boolean;
}

/** Returns the newest occurrences of a draft, also of series that have ended. */
export async function listOccurrences(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  most: number,
): Promise<Occurrence[]> {
  return (await tx.execute(sql`
    select c.id as "campaignId", c.occurs_on::text as day, c.status,
      c.launched_at is null and c.status = 'canceled' as "isMissed"
    from campaigns c join campaign_series s on s.tenant_id = c.tenant_id and s.id = c.series_id
    where s.tenant_id = ${tenantId} and s.campaign_id = ${campaignId}
    order by c.occurs_on desc, c.id desc limit ${most}`)) as unknown as Occurrence[];
}

interface DueSeries extends Pick<Series, "id" | "rule" | "endsOn" | "sendsLate" | "doneThrough"> {
  tenantId: string;
  createdBy: string | null;
  campaignId: string;
  timezone: string;
  now: Date;
  /** When the database was restored last; null: never. */
  restoredAt: Date | null;
}

const SERIES_PER_ROUND = 20;

/**
 * Launches the series that are due: each occurrence is a campaign of its own, once even with several workers or after a
 * death in between, because the unique index allows one for a series and a day. A late one is recorded as a canceled
 * campaign. While a tenant's sending is paused its series wait, and may be late then.
 */
export function launchSeries(
  pipeline: Pipeline,
): Promise<{ seriesId: string; launched: number; missed: number }[]> {
  return transact(pipeline, async (tx) => {
    const due = await tx<DueSeries[]>`
      select s.id, s.tenant_id as "tenantId", s.created_by as "createdBy", s.campaign_id as "campaignId", s.rule, s.ends_on::text as "endsOn",
        s.sends_late as "sendsLate", s.done_through::text as "doneThrough", t.timezone, clock_timestamp() as now,
        (select max(locked_at) from restores) as "restoredAt"
      from campaign_series s
      join tenants t on t.id = s.tenant_id and t.sending_paused_at is null and t.restore_locked_at is null
      join campaigns c on c.tenant_id = s.tenant_id and c.id = s.campaign_id and c.status = 'draft'
      where s.ended_at is null and s.paused_at is null and s.next_at <= statement_timestamp()
      order by s.next_at limit ${SERIES_PER_ROUND} for no key update of s skip locked`;
    const done = [];
    // An operator's SQL may write any text as the zone. Then nobody knows when it is due.
    for (const series of due.filter(({ timezone }) => isValidZone(timezone)))
      done.push(await launchOccurrences(tx, series));
    return done;
  });
}

async function launchOccurrences(tx: PipelineTransaction, series: DueSeries) {
  const { id, tenantId, rule, timezone, doneThrough, now } = series;
  const { due, nextDay } = dueOccurrences(rule, { ...series, after: doneThrough }, timezone, now);
  const made: { copy: string; day: string; state: OccurrenceState; fault: string | null }[] = [];
  for (const { day, launches } of due) {
    const yearDays =
      rule.every === "year" ? { field: rule.field, days: yearDaysOf(day, rule.offsetDays) } : null;
    const fault = launches ? await occurrenceFault(tx, series, yearDays, now) : null;
    const state: OccurrenceState = fault === null ? (launches ? "launching" : "canceled") : "draft";
    const copy = await insertOccurrence(tx, series, day, { state, fault, yearDays });
    if (copy) made.push({ copy, day, state, fault });
  }
  const nextAt = nextDay === null ? null : occursAt(rule, nextDay, timezone);
  await tx`
    update campaign_series set done_through = ${due.at(-1)?.day ?? doneThrough}, next_at = ${nextAt},
      ended_at = case when ${nextAt === null} then clock_timestamp() end, updated_at = clock_timestamp()
    where tenant_id = ${tenantId} and id = ${id}`;
  await recordPipelineAudits(
    tx,
    made.map(({ copy, day, state, fault }) => ({
      ...{ tenantId, actorId: null, objectKind: "campaign", objectId: copy },
      action: AUDITED[state],
      detail: { seriesId: id, day, ...(fault !== null && { reason: fault }) },
    })),
  );
  const count = (state: OccurrenceState) => made.filter((one) => one.state === state).length;
  return { seriesId: id, launched: count("launching"), missed: count("canceled") };
}

/** A late one is only recorded, and one that needs an approval waits for it as a draft. */
type OccurrenceState = "launching" | "canceled" | "draft";
const AUDITED = {
  launching: "campaign.launch",
  canceled: "campaign.miss",
  draft: "campaign.not-launched",
} as const satisfies Record<OccurrenceState, string>;

/** Copies the draft as it is now. Null: the day has its campaign already. A local time is on the day of the occurrence. */
async function insertOccurrence(
  tx: PipelineTransaction,
  { id, tenantId, campaignId }: DueSeries,
  day: string,
  { state, fault, yearDays }: { state: OccurrenceState; fault: string | null; yearDays: YearDays | null },
): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`
    insert into campaigns (tenant_id, series_id, occurs_on, name, status, launched_at, canceled_at, launched_by,
      kind, purpose, topic, body, language, audience, quiet_hours, smart_encoding, shorten_links, local_time, spread_minutes, messages_per_minute,
      canary, ab_test, year_days, created_by, edited_by, not_launched_reason)
    select c.tenant_id, ${id}, ${day}, left(c.name, 105) || ', ' || ${day}, ${state},
      case when ${state === "launching"} then clock_timestamp() end,
      case when ${state === "canceled"} then clock_timestamp() end,
      case when ${state !== "draft"} then s.created_by end, c.kind, c.purpose, c.topic, c.body, c.language, c.audience, c.quiet_hours, c.smart_encoding, c.shorten_links,
      jsonb_set(c.local_time, '{date}', to_jsonb(${day}::text)), c.spread_minutes, c.messages_per_minute, c.canary, c.ab_test,
      ${yearDays && tx.json({ ...yearDays })}::jsonb, s.created_by, c.edited_by, ${fault}
    from campaigns c join campaign_series s on s.tenant_id = c.tenant_id and s.id = ${id}
    where c.tenant_id = ${tenantId} and c.id = ${campaignId} and ${
      // A day that is nobody's has no campaign.
      yearDays
        ? tx`exists (select 1 from contacts p where p.tenant_id = ${tenantId}
            and right(p.custom ->> ${yearDays.field}, 5) = any(${yearDays.days}::text[]))`
        : tx`true`
    }
    on conflict (series_id, occurs_on) where series_id is not null do nothing returning id`;
  if (!row) return null;
  await runOnPipeline(tx, copyTexts(tenantId, { from: campaignId, to: row.id }));
  if (state === "launching") await tx`select freeze_snippets(${tenantId}, ${row.id})`;
  return row.id;
}
