import type { ReplyKind } from "@smscrm/core/replies/replies";
import { and, eq, inArray, isNull, lte, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { inboundMessages } from "../schema/index.ts";
import { isRecorded } from "./recorded.ts";
import { conversationsFound } from "./team/search.ts";

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
  /** Messages that this member has not read. */
  unread: number;
  /** Possible opt-outs that nobody has decided. */
  undecided: number;
  /** A member has replied to the last message. */
  answered: boolean;
  /** A message waits for a person, and nobody has closed the conversation since. */
  isOpen: boolean;
  assignee: { id: string; name: string } | null;
  team: { id: string; name: string } | null;
  tags: string[];
  snoozedUntil: Date | null;
}

/**
 * `mine`: the open ones that the member takes care of. `unread`: the open ones that the member has not read. `mentions`: those
 * with a note for the member that they have not seen.
 */
export const INBOX_VIEWS = ["all", "open", "mine", "unread", "mentions", "snoozed", "undecided"] as const;
type InboxView = (typeof INBOX_VIEWS)[number];

/** What the list shows. Each filter narrows it. */
export interface ConversationFilter {
  view: InboxView;
  campaignId?: string | undefined;
  /** A member's id; null: nobody. */
  assigneeId?: string | null | undefined;
  /** A team's id; null: none. */
  teamId?: string | null | undefined;
  tag?: string | undefined;
  /** The kind of the last message. */
  kind?: string | undefined;
  /** Words of a text, a reply or a note, a name, or a part of a number. */
  search?: string | undefined;
}

/** The conversations with unseen mentions that one member is shown at once. */
const MENTIONED_MAX = 1_000;

const NO_ID = sql`'00000000-0000-0000-0000-000000000000'::uuid`;

/** As in the indexes `conversations_open` and `conversations_assigned`. */
const IS_OPEN = sql`(c.last_waiting_id > coalesce(c.closed_up_to, '00000000-0000-0000-0000-000000000000') and c.snoozed_until is null)`;

/** Whether an open conversation has a message that this member has not read. */
const isUnreadFor = (
  userId: string,
) => sql`(${IS_OPEN} and c.last_waiting_id > coalesce(c.read_by_all_up_to, ${NO_ID})
  and not exists (select 1 from conversation_reads r where r.tenant_id = c.tenant_id and r.phone_e164 = c.phone_e164
    and r.user_id = ${userId} and r.read_up_to >= c.last_waiting_id))`;

const views = (userId: string): Record<InboxView, SQL> => ({
  all: sql`true`,
  open: IS_OPEN,
  mine: sql`${IS_OPEN} and c.assignee_id = ${userId}`,
  unread: isUnreadFor(userId),
  // An array, so that the list looks up these few instead of reading all conversations for them.
  mentions: sql`c.phone_e164 = any(array(select n.phone_e164 from note_mentions n
    where n.tenant_id = current_tenant() and n.user_id = ${userId} and n.seen_at is null limit ${MENTIONED_MAX}))`,
  snoozed: sql`c.snoozed_until is not null`,
  undecided: sql`c.undecided > 0`,
});

/**
 * Views of open conversations. Theirs is the index on `assignee_id`; the one on its text is for all of a member's, done ones
 * included, and is never taken for open ones: those can be few among many thousands.
 */
const OF_OPEN: ReadonlySet<InboxView> = new Set(["open", "mine", "unread"]);

async function filterOf(
  tx: TenantTransaction,
  { tenantId, userId }: Member,
  { view, campaignId, assigneeId, teamId, tag, kind, search }: ConversationFilter,
): Promise<SQL> {
  const is = (column: SQL, value: string | null) =>
    value === null ? sql`${column} is null` : sql`${column} = ${value}`;
  const conditions = [views(userId)[view]];
  if (campaignId !== undefined) conditions.push(is(sql`c.campaign_id`, campaignId));
  if (assigneeId !== undefined)
    conditions.push(is(OF_OPEN.has(view) ? sql`c.assignee_id` : sql`c.assignee_id::text`, assigneeId));
  if (teamId !== undefined) conditions.push(is(sql`c.team_id`, teamId));
  if (kind !== undefined) conditions.push(is(sql`c.last_kind`, kind));
  if (tag !== undefined)
    conditions.push(sql`c.phone_e164 in (select t.phone_e164 from conversation_tags t
      where t.tenant_id = ${tenantId} and t.tag = ${tag})`);
  if (search !== undefined) {
    const phones = await conversationsFound(tx, tenantId, search);
    conditions.push(sql`c.phone_e164 = any(${sql.param(phones)}::text[])`);
  }
  return sql.join(conditions, sql` and `);
}

/** Who looks. */
export interface Member {
  tenantId: string;
  userId: string;
}

/**
 * Lists conversations: first those with a message that nobody has read, then by their latest message. The cursor is "unread
 * or not" and the id of the last row's latest message: every page costs the same.
 */
export async function listConversations(
  tx: TenantTransaction,
  member: Member,
  { cursor, limit, ...filter }: PageRequest & ConversationFilter,
): Promise<Page<ConversationRow>> {
  const { tenantId, userId } = member;
  const [unread, lastId] = cursor?.split(".") ?? [];
  const after = lastId
    ? sql`(c.unread > 0, c.last_inbound_id) < (${unread === "1"}::boolean, ${lastId}::uuid)`
    : sql`true`;
  const filtered = await filterOf(tx, member, filter);
  const rows = await tx.execute<Row>(sql`
    select page.*, m.body as "lastBody", m.kind as "lastKind", ${isRecorded(tenantId)} as "lastRecorded", m.created_at as "lastAt",
      p.id as "contactId", nullif(concat_ws(' ', named.first_name, named.last_name), '') as "contactName",
      k.name as "campaignName", assignee.name as "assigneeName", team.name as "teamName",
      array(select t.tag from conversation_tags t
        where t.tenant_id = ${tenantId} and t.phone_e164 = page.phone order by t.tag) as tags,
      case when page."isUnread" then (select count(*)::int from (
        select 1 from inbound_messages u where u.tenant_id = ${tenantId} and u.from_phone = page.phone
          and u.id > coalesce(greatest(page."readUpTo", (select r.read_up_to from conversation_reads r
            where r.tenant_id = ${tenantId} and r.phone_e164 = page.phone and r.user_id = ${userId})), ${NO_ID})
          and is_unread(u.kind, null) = 1 limit ${UNREAD_COUNTED_MAX}) counted) else 0 end as unread,
      exists (select 1 from do_not_contact d where d.tenant_id = ${tenantId} and d.phone_e164 = page.phone) as "optedOut",
      exists (select 1 from send_jobs j join campaigns r on r.id = j.campaign_id and r.kind = 'reply'
        where j.tenant_id = ${tenantId} and j.contact_id = p.id and j.id > page."lastId") as answered
    from (
      select c.phone_e164 as phone, c.campaign_id as "campaignId", c.last_inbound_id as "lastId", c.unread > 0 as "isNew", c.undecided,
        coalesce(${IS_OPEN}, false) as "isOpen", coalesce(${isUnreadFor(userId)}, false) as "isUnread",
        greatest(c.read_by_all_up_to, c.closed_up_to) as "readUpTo", c.snoozed_until as "snoozedUntil",
        c.assignee_id as "assigneeId", c.team_id as "teamId"
      from conversations c
      where c.tenant_id = ${tenantId} and ${filtered} and ${after}
      order by c.unread > 0 desc, c.last_inbound_id desc limit ${limit + 1}
    ) page
    join inbound_messages m on m.id = page."lastId"
    left join contacts p on p.tenant_id = ${tenantId} and p.phone_e164 = page.phone
    left join contacts named on named.tenant_id = ${tenantId} and named.id = coalesce(p.merged_into, p.id)
    left join campaigns k on k.tenant_id = ${tenantId} and k.id = page."campaignId"
    left join memberships s on s.tenant_id = ${tenantId} and s.user_id = page."assigneeId"
    left join users assignee on assignee.id = s.user_id
    left join teams team on team.tenant_id = ${tenantId} and team.id = page."teamId"
    order by page."isNew" desc, page."lastId" desc`);
  const page = pageOf([...rows], limit, (row) => `${row.isNew ? 1 : 0}.${row.lastId}`);
  return { ...page, items: page.items.map(toConversation) };
}

/** More are shown as this many. */
const UNREAD_COUNTED_MAX = 100;

type Made = "lastAt" | "campaign" | "assignee" | "team" | "snoozedUntil";

type Row = Omit<ConversationRow, Made> & {
  isNew: boolean;
  isUnread: boolean;
  readUpTo: string | null;
  snoozedUntil: string | null;
  teamId: string | null;
  teamName: string | null;
  assigneeId: string | null;
  assigneeName: string | null;
  lastId: string;
  lastAt: string;
  campaignId: string | null;
  campaignName: string | null;
} & Record<string, unknown>;

function toConversation({
  lastId: _,
  isNew: __,
  isUnread: ___,
  readUpTo: ____,
  snoozedUntil,
  teamId,
  teamName,
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
  const team = teamId && teamName !== null ? { id: teamId, name: teamName } : null;
  const until = snoozedUntil ? new Date(snoozedUntil) : null;
  type Plain = Omit<ConversationRow, Made>;
  return { ...(row as Plain), lastAt: new Date(lastAt), campaign, assignee, team, snoozedUntil: until };
}

/** Counts of open conversations, up to a limit: beyond it the exact number does not matter. */
export interface InboxCounts {
  open: number;
  mine: number;
  unread: number;
  mentions: number;
  snoozed: number;
  undecided: number;
  /** The newest message of a conversation that the member has not read, for a notice; null: none. */
  newestUnreadId: string | null;
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
      ${upTo(which.mentions)} as mentions, ${upTo(which.snoozed)} as snoozed, ${upTo(which.undecided)} as undecided,
      (select c.last_waiting_id from conversations c where c.tenant_id = ${tenantId} and ${which.unread}
        order by c.unread > 0 desc, c.last_inbound_id desc limit 1) as "newestUnreadId"`,
  );
  return { ...(row as Omit<InboxCounts, "most">), most: COUNTED_MAX };
}

/** Notes that a member who may reply has read a conversation up to a message: the list no longer puts it first for all. */
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
