import type { MessagePurpose } from "@smscrm/core/consent/terms";
import type { Verdict } from "@smscrm/core/gates/gate";
import type { CampaignKind } from "@smscrm/core/gates/message-facts";
import type { SendJobStatus } from "@smscrm/core/send/send-job";
import type { LanguageReason } from "@smscrm/core/text/language";
import type { ZoneSource } from "@smscrm/core/time/time-zone";
import { and, asc, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { contactWith } from "../contacts/contacts.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import { hiddenCode } from "../postgres/hidden-code.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { firstId } from "../postgres/time-ordered-ids.ts";
import { type CountedMessages, listCountedMessages } from "../reports/rows.ts";
import { campaigns, contacts, sendAttempts, sendJobs, webhookEvents } from "../schema/index.ts";
import { verdictNow } from "./first-part.ts";

/** A message from the tables; the caller writes the sentence about it. */
export interface SendJobRow {
  id: string;
  phone: string;
  country: string | null;
  contactId: string;
  contactName: string | null;
  campaignId: string;
  campaignName: string;
  /** Replies and tests have no campaign page. */
  campaignKind: CampaignKind;
  purpose: MessagePurpose;
  topic: string | null;
  status: SendJobStatus;
  /** Why it failed or waits, else null. */
  reason: string | null;
  gate: string | null;
  verdict: Verdict | null;
  carrierErrorCode: number | null;
  notBefore: Date | null;
  sentAt: Date | null;
  finalAt: Date | null;
  createdAt: Date;
  priceMicros: number | null;
  segments: number | null;
  /** The language of its text, as a tag; empty: the default, whose tag is not said. Null: there is one language. */
  language: string | null;
  /** Why it has this language. */
  languageReason: LanguageReason | null;
  timezone: string | null;
  timezoneSource: ZoneSource;
  state: string | null;
  postcode: string | null;
  addressCountry: string | null;
  lineType: string | null;
}

const ROW = {
  id: sendJobs.id,
  phone: sendJobs.phoneE164,
  country: sendJobs.country,
  contactId: sendJobs.contactId,
  contactName: sql<string | null>`nullif(concat_ws(' ', ${contacts.firstName}, ${contacts.lastName}), '')`,
  campaignId: sendJobs.campaignId,
  campaignName: campaigns.name,
  campaignKind: campaigns.kind,
  purpose: campaigns.purpose,
  topic: campaigns.topic,
  status: sendJobs.status,
  reason: sql<string | null>`coalesce(${sendJobs.failureReason}, ${sendJobs.holdReason})`,
  gate: sendJobs.gate,
  verdict: sql<Verdict | null>`${verdictNow}`,
  carrierErrorCode: sendJobs.carrierErrorCode,
  notBefore: sendJobs.notBefore,
  sentAt: sendJobs.sentAt,
  finalAt: sendJobs.finalAt,
  createdAt: sendJobs.createdAt,
  priceMicros: sendJobs.priceMicros,
  segments: sendJobs.segments,
  language: sql<
    string | null
  >`case when ${sendJobs.languageReason} is not null then coalesce(${sendJobs.language}, ${campaigns.language}) end`,
  languageReason: sendJobs.languageReason,
  timezone: contacts.timezone,
  timezoneSource: sql<ZoneSource>`coalesce(${contacts.timezoneSource}, 'unknown')`,
  state: contacts.state,
  postcode: contacts.postcode,
  addressCountry: contacts.addressCountry,
  lineType: contacts.lineType,
};

export interface MessageFilter extends PageRequest {
  campaignId?: string;
  status?: SendJobStatus;
  reason?: string;
  /** In E.164. */
  phone?: string;
  /** Only messages to these contacts. None: no message. */
  contactIds?: readonly string[];
  /** Queued at or after `since`, and before `until`. Ids contain their time, so both are ranges of the key. */
  since?: Date;
  until?: Date;
  /** Claimed at this time or later; then sorted by submission. */
  submittedSince?: Date;
  /** Only what this figure of a report counts; then no other filter counts. */
  counted?: CountedMessages | undefined;
}

export async function listSendJobs(
  tx: TenantTransaction,
  tenantId: string,
  filter: MessageFilter,
): Promise<Page<SendJobRow>> {
  if (filter.counted) {
    const page = await listCountedMessages(tx, tenantId, { ...filter.counted, ...pageAsked(filter) });
    return { ...page, items: await inOrder(tx, tenantId, page.items) };
  }
  if (filter.submittedSince) return listSubmitted(tx, tenantId, filter, filter.submittedSince);
  const { cursor, limit } = filter;
  const wanted = and(fits(tenantId, filter), cursor ? lt(sendJobs.id, cursor) : undefined);
  const rows = await selectRows(tx)
    .where(
      and(
        eq(sendJobs.tenantId, tenantId),
        wanted,
        isSparse(filter) ? amongOpenCampaigns(tenantId, filter.status!, wanted, limit + 1) : undefined,
      ),
    )
    .orderBy(desc(sendJobs.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

/** Open messages may be few among millions: a scan from the newest down could read all of them. */
function isSparse({ status, campaignId, phone, contactIds }: MessageFilter): boolean {
  const isOpen = status === "queued" || status === "sending" || status === "unknown";
  return isOpen && campaignId === undefined && phone === undefined && contactIds === undefined;
}

/**
 * Lists open messages through the open campaigns, because only these have any. The counters show which campaigns have
 * some, and an index finds the newest of each.
 */
function amongOpenCampaigns(tenantId: string, status: string, wanted: SQL | undefined, most: number): SQL {
  return sql`${sendJobs.id} in (
    select newest.id from campaigns c cross join lateral (
      select ${sendJobs.id} from ${sendJobs} where ${sendJobs.campaignId} = c.id and ${wanted}
      order by ${sendJobs.id} desc limit ${most}
    ) newest
    where c.tenant_id = ${tenantId} and c.status in ('launching', 'running', 'paused', 'canceled') and exists (
      select 1 from campaign_counters k where k.campaign_id = c.id and k.status = ${status} and k.jobs <> 0)
  )`;
}

/** The conditions of a filter on a send job, for every order of the list. */
function fits(
  tenantId: string,
  { campaignId, status, reason, phone, contactIds, since, until }: Omit<MessageFilter, keyof PageRequest>,
) {
  return and(
    campaignId ? eq(sendJobs.campaignId, campaignId) : undefined,
    status ? eq(sendJobs.status, status) : undefined,
    reason ? sql`coalesce(${sendJobs.failureReason}, ${sendJobs.holdReason}) = ${reason}` : undefined,
    phone ? eq(sendJobs.contactId, contactWith(tenantId, phone)) : undefined,
    contactIds ? inArray(sendJobs.contactId, [...contactIds]) : undefined,
    since ? gte(sendJobs.id, firstId(since)) : undefined,
    until ? lt(sendJobs.id, firstId(until)) : undefined,
  );
}

/**
 * Lists messages whose latest attempt was claimed since then, newest first, as the day's figures count them. Attempts
 * are read from the newest down, each with its message by key, until the page is full; a join would read them all.
 */
async function listSubmitted(
  tx: TenantTransaction,
  tenantId: string,
  { cursor, limit, ...filter }: MessageFilter,
  since: Date,
): Promise<Page<SendJobRow>> {
  const found = await tx.execute<{ attemptId: string; id: string }>(sql`
    select a.id as "attemptId", job.id from send_attempts a
    cross join lateral (
      select ${sendJobs.id} from ${sendJobs}
      where ${sendJobs.tenantId} = ${tenantId} and ${sendJobs.id} = a.send_job_id and ${sendJobs.lastAttemptId} = a.id
        and ${fits(tenantId, filter) ?? sql`true`} offset 0
    ) job
    where a.tenant_id = ${tenantId} and a.id >= ${firstId(since)}::uuid
      and a.state in ('accepted', 'presumed-sent', 'unknown', 'rejected')
      and a.id < ${cursor ?? "ffffffff-ffff-ffff-ffff-ffffffffffff"}
    order by a.id desc limit ${limit + 1}`);
  const page = pageOf([...found], limit, (row) => row.attemptId);
  const ids = page.items.map((row) => row.id);
  return { ...page, items: await inOrder(tx, tenantId, ids) };
}

const pageAsked = ({ cursor, limit }: PageRequest) => ({ cursor: cursor ?? null, limit });

async function inOrder(tx: TenantTransaction, tenantId: string, ids: string[]): Promise<SendJobRow[]> {
  if (ids.length === 0) return [];
  const rows = await selectRows(tx).where(and(eq(sendJobs.tenantId, tenantId), inArray(sendJobs.id, ids)));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export async function findSendJob(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<SendJobRow | null> {
  const [row] = await selectRows(tx).where(and(eq(sendJobs.tenantId, tenantId), eq(sendJobs.id, id)));
  return row ?? null;
}

function selectRows(tx: TenantTransaction) {
  return tx
    .select(ROW)
    .from(sendJobs)
    .leftJoin(contacts, and(eq(contacts.tenantId, sendJobs.tenantId), eq(contacts.id, sendJobs.contactId)))
    .innerJoin(
      campaigns,
      and(eq(campaigns.tenantId, sendJobs.tenantId), eq(campaigns.id, sendJobs.campaignId)),
    );
}

export interface AttemptRow {
  id: string;
  attempt: number;
  fromPhone: string;
  body: string;
  segments: number;
  /** sending · released · accepted · rejected · unknown · presumed-sent */
  state: string;
  carrierSid: string | null;
  carrierStatus: string | null;
  carrierErrorCode: number | null;
  claimedAt: Date;
  submittedAt: Date | null;
  settledAt: Date | null;
  finalAt: Date | null;
  reservedMicros: number;
  spentMicros: number;
}

export function listAttempts(
  tx: TenantTransaction,
  tenantId: string,
  sendJobId: string,
): Promise<AttemptRow[]> {
  return tx
    .select({
      id: sendAttempts.id,
      attempt: sendAttempts.attempt,
      fromPhone: sendAttempts.fromPhone,
      body: hiddenCode(
        sql`(select kind from campaigns c where c.tenant_id = send_attempts.tenant_id and c.id = send_attempts.campaign_id)`,
        sql`send_attempts.body`,
      ),
      segments: sendAttempts.segments,
      state: sendAttempts.state,
      carrierSid: sendAttempts.carrierSid,
      carrierStatus: sendAttempts.carrierStatus,
      carrierErrorCode: sendAttempts.carrierErrorCode,
      claimedAt: sendAttempts.claimedAt,
      submittedAt: sendAttempts.submittedAt,
      settledAt: sendAttempts.settledAt,
      finalAt: sendAttempts.finalAt,
      reservedMicros: sendAttempts.reservedMicros,
      spentMicros: sendAttempts.spentMicros,
    })
    .from(sendAttempts)
    .where(and(eq(sendAttempts.tenantId, tenantId), eq(sendAttempts.sendJobId, sendJobId)))
    .orderBy(asc(sendAttempts.id))
    .limit(50);
}

export interface CarrierEventRow {
  at: Date;
  kind: string;
  status: string | null;
  outcome: string;
  timesReceived: number;
  payload: Record<string, string | string[]>;
}

/** Lists the carrier's events for the attempts of one message, in order of arrival. */
export function listCarrierEvents(
  tx: TenantTransaction,
  tenantId: string,
  sendJobId: string,
): Promise<CarrierEventRow[]> {
  return tx
    .select({
      at: webhookEvents.createdAt,
      kind: webhookEvents.kind,
      status: webhookEvents.messageStatus,
      outcome: webhookEvents.outcome,
      timesReceived: webhookEvents.timesReceived,
      payload: webhookEvents.payload,
    })
    .from(webhookEvents)
    .innerJoin(
      sendAttempts,
      and(eq(sendAttempts.tenantId, webhookEvents.tenantId), eq(sendAttempts.id, webhookEvents.attemptId)),
    )
    .where(and(eq(webhookEvents.tenantId, tenantId), eq(sendAttempts.sendJobId, sendJobId)))
    .orderBy(asc(webhookEvents.id))
    .limit(200);
}
