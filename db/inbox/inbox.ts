import type { ReplyKind } from "@smscrm/core/replies/replies";
import { and, eq, inArray, isNull, lte, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { inboundMessages } from "../schema/index.ts";
import { isRecorded } from "./recorded.ts";

/** What a person must decide: `is_undecided` in the database says the same. */
const UNDECIDED_KINDS = ["ask-a-person", "partial-opt-out"] as const satisfies ReplyKind[];
/** What a person must read: `is_unread` in the database says the same. */
const UNREAD_KINDS = [...UNDECIDED_KINDS, "none", "wants-texts", "help"] as const satisfies ReplyKind[];

/** A conversation in the list: its latest message, and its unread and undecided messages. */
export interface ConversationRow {
  phone: string;
  contactId: string | null;
  contactName: string | null;
  optedOut: boolean;
  /** The campaign that the latest message most likely answers. */
  campaign: { id: string; name: string } | null;
  lastBody: string;
  lastKind: string;
  /** Whether the latest message put its sender on the do-not-contact list, or found them on it. */
  lastRecorded: boolean;
  lastAt: Date;
  unread: number;
  /** Possible opt-outs that nobody has decided. */
  undecided: number;
  /** A member has replied to the last message. */
  answered: boolean;
  /** A message waits for a person, and nobody has closed the conversation since. */
  isOpen: boolean;
  assignee: { id: string; name: string } | null;
}

/** `mine`: the open ones that the member takes care of. */
export type InboxView = "all" | "open" | "mine" | "unread" | "undecided";

/** As in the indexes `conversations_open` and `conversations_assigned`. */
const IS_OPEN = sql`c.last_waiting_id > coalesce(c.closed_up_to, '00000000-0000-0000-0000-000000000000')`;

const views = (userId: string): Record<InboxView, SQL> => ({
  all: sql`true`,
  open: IS_OPEN,
  mine: sql`${IS_OPEN} and c.assignee_id = ${userId}`,
  unread: sql`c.unread > 0`,
  undecided: sql`c.undecided > 0`,
});

/** Who looks. */
export interface Member {
  tenantId: string;
  userId: string;
}

/**
 * Lists conversations, unread ones first, then by their latest message. The cursor is "unread or not" and the id of
 * the last row's latest message: every page costs the same.
 */
export async function listConversations(
  tx: TenantTransaction,
  { tenantId, userId }: Member,
  { view, campaignId, cursor, limit }: PageRequest & { view: InboxView; campaignId?: string },
): Promise<Page<ConversationRow>> {
  const [unread, lastId] = cursor?.split(".") ?? [];
  const after = lastId
    ? sql`(c.unread > 0, c.last_inbound_id) < (${unread === "1"}::boolean, ${lastId}::uuid)`
    : sql`true`;
  const ofCampaign = campaignId ? sql`c.campaign_id = ${campaignId}` : sql`true`;
  const rows = await tx.execute<Row>(sql`
    select page.*, m.body as "lastBody", m.kind as "lastKind", ${isRecorded(tenantId)} as "lastRecorded", m.created_at as "lastAt",
      p.id as "contactId", nullif(concat_ws(' ', named.first_name, named.last_name), '') as "contactName",
      k.name as "campaignName", assignee.name as "assigneeName",
      exists (select 1 from do_not_contact d where d.tenant_id = ${tenantId} and d.phone_e164 = page.phone) as "optedOut",
      exists (select 1 from send_jobs j join campaigns r on r.id = j.campaign_id and r.kind = 'reply'
        where j.tenant_id = ${tenantId} and j.contact_id = p.id and j.id > page."lastId") as answered
    from (
      select c.phone_e164 as phone, c.campaign_id as "campaignId", c.last_inbound_id as "lastId", c.unread, c.undecided,
        coalesce(${IS_OPEN}, false) as "isOpen", c.assignee_id as "assigneeId"
      from conversations c
      where c.tenant_id = ${tenantId} and ${views(userId)[view]} and ${ofCampaign} and ${after}
      order by c.unread > 0 desc, c.last_inbound_id desc limit ${limit + 1}
    ) page
    join inbound_messages m on m.id = page."lastId"
    left join contacts p on p.tenant_id = ${tenantId} and p.phone_e164 = page.phone
    left join contacts named on named.tenant_id = ${tenantId} and named.id = coalesce(p.merged_into, p.id)
    left join campaigns k on k.tenant_id = ${tenantId} and k.id = page."campaignId"
    left join memberships s on s.tenant_id = ${tenantId} and s.user_id = page."assigneeId"
    left join users assignee on assignee.id = s.user_id
    order by page.unread > 0 desc, page."lastId" desc`);
  const page = pageOf([...rows], limit, (row) => `${row.unread > 0 ? 1 : 0}.${row.lastId}`);
  return { ...page, items: page.items.map(toConversation) };
}

type Row = Omit<ConversationRow, "lastAt" | "campaign" | "assignee"> & {
  assigneeId: string | null;
  assigneeName: string | null;
  lastId: string;
  lastAt: string;
  campaignId: string | null;
  campaignName: string | null;
} & Record<string, unknown>;

function toConversation({
  lastId: _,
  campaignId,
  campaignName,
  assigneeId,
  assigneeName,
  lastAt,
  ...row
}: Row): ConversationRow {
  const campaign = campaignId && campaignName !== null ? { id: campaignId, name: campaignName } : null;
  // A member who has left takes care of nothing.
  const assignee = assigneeId && assigneeName !== null ? { id: assigneeId, name: assigneeName } : null;
  type Plain = Omit<ConversationRow, "lastAt" | "campaign" | "assignee">;
  return { ...(row as Plain), lastAt: new Date(lastAt), campaign, assignee };
}

/** Counts of open conversations, up to a limit: beyond it the exact number does not matter. */
export interface InboxCounts {
  open: number;
  mine: number;
  unread: number;
  undecided: number;
  /** The limit: a count that reaches it means "at least". */
  most: number;
}

const COUNTED_MAX = 1_000;

export async function countInbox(tx: TenantTransaction, { tenantId, userId }: Member): Promise<InboxCounts> {
  const which = views(userId);
  const upTo = (which: SQL) => sql`(select count(*)::int from (
    select 1 from conversations c where c.tenant_id = ${tenantId} and ${which} limit ${COUNTED_MAX}) counted)`;
  const [row] = await tx.execute<Omit<InboxCounts, "most"> & Record<string, unknown>>(
    sql`select ${upTo(which.open)} as open, ${upTo(which.mine)} as mine, ${upTo(which.unread)} as unread,
      ${upTo(which.undecided)} as undecided`,
  );
  const { open, mine, unread, undecided } = row!;
  return { open, mine, unread, undecided, most: COUNTED_MAX };
}

/** Marks a conversation as read up to a message; later ones stay unread. */
export async function markRead(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  upToId: string,
): Promise<void> {
  await tx
    .update(inboundMessages)
    .set({ readAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(inboundMessages.tenantId, tenantId),
        eq(inboundMessages.fromPhone, phone),
        lte(inboundMessages.id, upToId),
        isNull(inboundMessages.readAt),
        inArray(inboundMessages.kind, [...UNREAD_KINDS]),
      ),
    );
}

/** `preference`: they refuse some texts and keep the rest. */
export type Decision = "opted-out" | "dismissed" | "preference";

/** A text that may be an opt-out. */
export interface PossibleOptOut {
  id: string;
  phone: string;
  body: string;
  createdAt: Date;
  decision: Decision | null;
}

export async function findPossibleOptOut(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<PossibleOptOut | null> {
  const [row] = await tx
    .select({
      id: inboundMessages.id,
      phone: inboundMessages.fromPhone,
      body: inboundMessages.body,
      createdAt: inboundMessages.createdAt,
      decision: inboundMessages.decision,
    })
    .from(inboundMessages)
    .where(
      and(
        eq(inboundMessages.tenantId, tenantId),
        eq(inboundMessages.id, id),
        inArray(inboundMessages.kind, [...UNDECIDED_KINDS]),
      ),
    );
  return row ?? null;
}

/**
 * Stores an operator's decision, once. An opt-out decides all open messages of this number, a dismissal only this
 * one.
 */
export async function decidePossibleOptOut(
  tx: TenantTransaction,
  tenantId: string,
  { id, phone }: Pick<PossibleOptOut, "id" | "phone">,
  decision: Decision,
  decidedBy: string,
): Promise<boolean> {
  // As with a STOP: a START that arrives at this moment sees the opt-out, or the opt-out sees the START.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person + phone}, 0))`);
  const which = decision === "opted-out" ? eq(inboundMessages.fromPhone, phone) : eq(inboundMessages.id, id);
  const decided = await tx
    .update(inboundMessages)
    .set({
      decision,
      decidedBy,
      decidedAt: sql`clock_timestamp()`,
      readAt: sql`coalesce(${inboundMessages.readAt}, clock_timestamp())`,
    })
    .where(
      and(
        eq(inboundMessages.tenantId, tenantId),
        which,
        inArray(inboundMessages.kind, [...UNDECIDED_KINDS]),
        isNull(inboundMessages.decision),
      ),
    )
    .returning({ id: inboundMessages.id });
  return decided.some((row) => row.id === id);
}

/** The other side of a conversation, and when they last wrote (without opt-outs). */
export interface Correspondent {
  contactId: string | null;
  contactName: string | null;
  wroteAt: Date | null;
}

export async function findCorrespondent(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<Correspondent> {
  const [row] = await tx.execute<Record<string, string | null>>(sql`
    select p.id as "contactId", nullif(concat_ws(' ', named.first_name, named.last_name), '') as "contactName",
      (select m.created_at from inbound_messages m
        where m.tenant_id = ${tenantId} and m.from_phone = ${phone} and m.kind <> 'opt-out'
        order by m.id desc limit 1) as "wroteAt"
    from (select 1) one left join contacts p on p.tenant_id = ${tenantId} and p.phone_e164 = ${phone}
    left join contacts named on named.tenant_id = ${tenantId} and named.id = coalesce(p.merged_into, p.id)`);
  const { contactId, contactName, wroteAt } = row!;
  return {
    contactId: contactId ?? null,
    contactName: contactName ?? null,
    wroteAt: wroteAt ? new Date(wroteAt) : null,
  };
}

/** A reply that a colleague sent or queued. */
export interface ColleaguesReply {
  author: string | null;
  body: string;
  at: Date;
}

/**
 * Returns the newest reply of another member to a person that was written after a message of the conversation, or null.
 * Canceled replies don't count. Holds the person until the transaction ends, so that of two replies at one moment the
 * second sees the first.
 */
export async function findNewerReply(
  tx: TenantTransaction,
  tenantId: string,
  { phone, contactId, seenUpTo, by }: { phone: string; contactId: string; seenUpTo: string; by: string },
): Promise<ColleaguesReply | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person + phone}, 0))`);
  const [row] = await tx.execute<{ author: string | null; body: string; at: string }>(sql`
    select u.name as author, c.body, c.created_at as at
    from send_jobs j join campaigns c on c.tenant_id = j.tenant_id and c.id = j.campaign_id and c.kind = 'reply'
    left join users u on u.id = c.created_by
    where j.tenant_id = ${tenantId} and j.contact_id = ${contactId} and j.id > ${seenUpTo}
      and c.created_by is distinct from ${by} and c.status <> 'canceled'
    order by j.id desc limit 1`);
  return row ? { ...row, at: new Date(row.at) } : null;
}
