import type { AbTest } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { CampaignStatus } from "@smscrm/core/campaigns/campaign";
import type { Canary } from "@smscrm/core/campaigns/first-part/first-part";
import type { CampaignText, LanguageText } from "@smscrm/core/campaigns/texts/chosen-text";
import type { LocalTime } from "@smscrm/core/campaigns/timing/local-time";
import type { MessagePurpose } from "@smscrm/core/consent/terms";
import type { CampaignKind } from "@smscrm/core/gates/message-facts";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { and, desc, eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { hiddenCode } from "../postgres/hidden-code.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { type Audience, campaigns, type StoredForecast } from "../schema/index.ts";
import { OTHER_TEXTS } from "./texts/campaign-texts.ts";
import { saveLanguageTexts } from "./texts/languages.ts";
import { AB_TEST_COLUMN, storeVariants } from "./texts/variants.ts";

export interface CampaignRow {
  id: string;
  name: string;
  status: CampaignStatus;
  createdAt: Date;
  /** When a scheduled campaign launches automatically. */
  scheduledAt: Date | null;
  launchedAt: Date | null;
  completedAt: Date | null;
  /** Whether it is a draft that is launched again and again. */
  repeats: boolean;
  audienceCount: number;
  /**
   * Requests that the carrier accepted: sent, delivered, or failed later. The carrier's own ledger counts the same.
   */
  sent: number;
  /** What is spent and reserved. */
  spentMicros: number;
  delivered: number;
  /** Refused by a gate or the carrier, or undelivered. */
  failed: number;
  /** Not yet submitted, or with an unknown outcome. */
  waiting: number;
}

/**
 * Sums a campaign's counters; they are sharded, so that writers do not queue for one row. Table names are written
 * out, because the query builder omits them in a select from one table.
 */
const jobs = (which: SQL) =>
  sql<number>`(select coalesce(sum(k.jobs) filter (where ${which}), 0)::int from campaign_counters k
    where k.tenant_id = campaigns.tenant_id and k.campaign_id = campaigns.id)`;

const ROW = {
  id: campaigns.id,
  name: campaigns.name,
  status: sql<CampaignStatus>`${campaigns.status}`,
  createdAt: campaigns.createdAt,
  scheduledAt: campaigns.scheduledAt,
  launchedAt: campaigns.launchedAt,
  completedAt: campaigns.completedAt,
  repeats: sql<boolean>`exists (select 1 from campaign_series s
    where s.tenant_id = campaigns.tenant_id and s.campaign_id = campaigns.id and s.ended_at is null)`,
  audienceCount: campaigns.audienceCount,
  sent: sql<number>`(select coalesce(sum(s.accepted), 0)::int from campaign_spend s
    where s.tenant_id = campaigns.tenant_id and s.campaign_id = campaigns.id)`,
  spentMicros: sql<number>`(select coalesce(sum(s.spent_micros + s.reserved_micros), 0)::float8 from campaign_spend s
    where s.tenant_id = campaigns.tenant_id and s.campaign_id = campaigns.id)`,
  delivered: jobs(sql`k.status = 'delivered'`),
  failed: jobs(sql`k.status = 'failed'`),
  waiting: jobs(sql`k.status in ('queued', 'sending', 'unknown')`),
};

/** Not a reply or a test. Written as text, so that it matches the partial index. */
const isCampaign = sql`campaigns.kind = 'campaign'`;

export async function listCampaigns(
  tx: TenantTransaction,
  tenantId: string,
  { status, cursor, limit }: PageRequest & { status?: CampaignStatus },
): Promise<Page<CampaignRow>> {
  const rows = await tx
    .select(ROW)
    .from(campaigns)
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        isCampaign,
        status ? eq(campaigns.status, status) : undefined,
        cursor ? lt(campaigns.id, cursor) : undefined,
      ),
    )
    .orderBy(desc(campaigns.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

/** Returns campaigns that are scheduled, sending or paused, newest first. */
export function listActiveCampaigns(tx: TenantTransaction, tenantId: string): Promise<CampaignRow[]> {
  return tx
    .select(ROW)
    .from(campaigns)
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        isCampaign,
        inArray(campaigns.status, ["scheduled", "launching", "running", "paused"]),
      ),
    )
    .orderBy(desc(campaigns.id))
    .limit(50);
}

/** The template that a campaign began with. */
interface UsedTemplate {
  id: string;
  /** Its name now. */
  name: string;
  /** The version that was copied. */
  version: number;
  /** The newest version; null: it was removed. */
  newest: number | null;
  /** Whether the text is still that version's. */
  isUnchanged: boolean;
}

const usedTemplate = sql<UsedTemplate | null>`(
  select json_build_object('id', t.id, 'name', t.name, 'version', v.version,
    'newest', case when t.removed_at is null then t.version end, 'isUnchanged', v.body = campaigns.body
      and not exists (
        (select x.language, x.body from template_texts x
          where x.tenant_id = v.tenant_id and x.template_id = v.template_id and x.version = v.version
        union all select x.language, x.body from campaign_texts x
          where x.tenant_id = campaigns.tenant_id and x.campaign_id = campaigns.id and x.variant = 1 and x.language <> '')
        except
        (select x.language, x.body from template_texts x
          join campaign_texts y on y.tenant_id = campaigns.tenant_id and y.campaign_id = campaigns.id and y.variant = 1
            and (y.language, y.body) = (x.language, x.body)
          where x.tenant_id = v.tenant_id and x.template_id = v.template_id and x.version = v.version)))
  from templates t join template_versions v on v.tenant_id = t.tenant_id and v.template_id = t.id
  where t.tenant_id = campaigns.tenant_id and t.id = campaigns.template_id and v.version = campaigns.template_version)`;

export interface Campaign extends CampaignRow {
  kind: CampaignKind;
  purpose: MessagePurpose;
  topic: string | null;
  forecast: StoredForecast | null;
  body: string;
  /** The language of the body, as a tag; empty: not said. */
  language: string;
  /** Its texts beside the body. */
  texts: CampaignText[];
  audience: Audience;
  quietHours: WeekSchedule | null;
  quietHoursOverrideReason: string | null;
  template: UsedTemplate | null;
  /** Why its scheduled launch did not happen; null once somebody takes it up again. */
  notLaunchedReason: string | null;
  smartEncoding: boolean;
  shortenLinks: boolean;
  expiresAt: Date | null;
  localTime: LocalTime | null;
  spreadMinutes: number | null;
  messagesPerMinute: number | null;
  /** Launched or scheduled in trial mode: it reaches only the team's own numbers. */
  isTrial: boolean;
  canary: Canary | null;
  /** How its texts are tested, with those from the second on; null: it has one. */
  abTest: AbTest | null;
  /** The text that was chosen; null: none yet. */
  winner: number | null;
  updatedAt: Date;
  createdBy: string | null;
  launchedBy: string | null;
  pausedAt: Date | null;
  canceledAt: Date | null;
}

const nameOf = (column: "created_by" | "launched_by") =>
  sql<string | null>`(select u.name from users u where u.id = campaigns.${sql.identifier(column)})`;

export async function findCampaign(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<Campaign | null> {
  const [row] = await tx
    .select({
      ...ROW,
      kind: campaigns.kind,
      purpose: campaigns.purpose,
      topic: campaigns.topic,
      forecast: campaigns.forecast,
      body: hiddenCode(sql`campaigns.kind`, sql`campaigns.body`),
      language: campaigns.language,
      texts: sql<CampaignText[]>`coalesce(${sql.raw(OTHER_TEXTS)}, '[]'::jsonb)`,
      audience: campaigns.audience,
      quietHours: campaigns.quietHours,
      quietHoursOverrideReason: campaigns.quietHoursOverrideReason,
      notLaunchedReason: campaigns.notLaunchedReason,
      template: usedTemplate,
      smartEncoding: campaigns.smartEncoding,
      shortenLinks: campaigns.shortenLinks,
      expiresAt: campaigns.expiresAt,
      localTime: campaigns.localTime,
      spreadMinutes: campaigns.spreadMinutes,
      messagesPerMinute: campaigns.messagesPerMinute,
      isTrial: campaigns.isTrial,
      canary: campaigns.canary,
      abTest: sql<AbTest | null>`${sql.raw(AB_TEST_COLUMN)}`,
      winner: campaigns.winner,
      updatedAt: campaigns.updatedAt,
      createdBy: nameOf("created_by"),
      launchedBy: nameOf("launched_by"),
      pausedAt: campaigns.pausedAt,
      canceledAt: campaigns.canceledAt,
    })
    .from(campaigns)
    .where(and(eq(campaigns.tenantId, tenantId), eq(campaigns.id, id)));
  return row ?? null;
}

export interface CampaignDraft {
  name: string;
  body: string;
  language: string;
  /** In other languages. */
  texts: readonly LanguageText[];
  audience: Audience;
  quietHours: WeekSchedule | null;
  smartEncoding: boolean;
  shortenLinks: boolean;
  expiresAt: Date | null;
  purpose: MessagePurpose;
  topic: string | null;
  templateId: string | null;
  templateVersion: number | null;
  localTime: LocalTime | null;
  spreadMinutes: number | null;
  messagesPerMinute: number | null;
  canary: Canary | null;
  abTest: AbTest | null;
}

/** A draft as its row has it: the texts of its test are stored beside it. */
function rowOf({ abTest, ...draft }: Omit<CampaignDraft, "texts">) {
  if (!abTest) return { ...draft, abTest: null };
  const { texts: _, ...plan } = abTest;
  return { ...draft, abTest: plan };
}

export async function insertCampaign(
  tx: TenantTransaction,
  tenantId: string,
  createdBy: string,
  { texts, ...draft }: CampaignDraft,
): Promise<string> {
  const [row] = await tx
    .insert(campaigns)
    .values({
      ...rowOf(draft),
      tenantId,
      createdBy,
      editedBy: createdBy,
      updatedAt: sql`date_trunc('milliseconds', clock_timestamp())`,
    })
    .returning({ id: campaigns.id });
  await storeVariants(tx, tenantId, row!.id, draft.abTest?.texts ?? []);
  await saveLanguageTexts(tx, tenantId, row!.id, texts);
  return row!.id;
}

/**
 * Saves a draft if nobody has changed it since `seenUpdatedAt`; null otherwise, or once it is launched. Times are
 * stored to the millisecond, because a browser sends them back that way.
 */
export async function updateDraft(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  seenUpdatedAt: Date,
  { texts, ...draft }: CampaignDraft,
  editedBy: string,
): Promise<Date | null> {
  const [row] = await tx
    .update(campaigns)
    .set({
      ...rowOf(draft),
      ...{ editedBy, notLaunchedReason: null },
      // The forecast was for the old text and audience.
      forecast: null,
      updatedAt: sql`greatest(date_trunc('milliseconds', clock_timestamp()), ${campaigns.updatedAt} + interval '1 millisecond')`,
    })
    .where(and(isDraft(tenantId, id), isOfMillisecond(seenUpdatedAt)))
    .returning({ updatedAt: campaigns.updatedAt });
  if (!row) return null;
  await storeVariants(tx, tenantId, id, draft.abTest?.texts ?? []);
  await saveLanguageTexts(tx, tenantId, id, texts);
  return row.updatedAt;
}

/** Stores the forecast of a draft, for the page that will compare it with the result. */
export async function storeForecast(
  tx: TenantTransaction,
  tenantId: string,
  { id, updatedAt }: Pick<Campaign, "id" | "updatedAt">,
  forecast: StoredForecast,
  { anyway }: { anyway: boolean },
): Promise<void> {
  const foreseen = sql`${JSON.stringify(forecast)}::jsonb`;
  const both = anyway
    ? sql`coalesce(${campaigns.forecast}, ${foreseen}) || jsonb_build_object('anyway', ${foreseen})`
    : sql`${foreseen} || coalesce(jsonb_strip_nulls(jsonb_build_object('anyway', ${campaigns.forecast} -> 'anyway')), '{}')`;
  await tx
    .update(campaigns)
    .set({ forecast: both })
    .where(
      and(
        eq(campaigns.tenantId, tenantId),
        eq(campaigns.id, id),
        inArray(campaigns.status, ["draft", "scheduled"]),
        isOfMillisecond(updatedAt),
      ),
    );
}

/** Times are compared to the millisecond, because a browser sends them back that way. */
const isOfMillisecond = (updatedAt: Date) =>
  sql`date_trunc('milliseconds', ${campaigns.updatedAt}) = ${updatedAt.toISOString()}::timestamptz`;

export async function deleteDraft(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const gone = await tx.delete(campaigns).where(isDraft(tenantId, id)).returning({ id: campaigns.id });
  return gone.length > 0;
}

export const isDraft = (tenantId: string, id: string) =>
  and(eq(campaigns.tenantId, tenantId), eq(campaigns.id, id), eq(campaigns.status, "draft"));

export async function countDrafts(tx: TenantTransaction, tenantId: string): Promise<number> {
  const [row] = await tx
    .select({ drafts: sql<number>`count(*)::int` })
    .from(campaigns)
    .where(and(eq(campaigns.tenantId, tenantId), isCampaign, eq(campaigns.status, "draft")));
  return row?.drafts ?? 0;
}
