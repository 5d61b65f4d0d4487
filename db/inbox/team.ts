import { and, eq, isNull, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { conversationNotes, conversations } from "../schema/index.ts";
import type { Member } from "./inbox.ts";
import { tagsOf } from "./team/tags.ts";

/** Who takes care of a conversation, and whether it waits. */
export interface ConversationState {
  isOpen: boolean;
  assigneeId: string | null;
  teamId: string | null;
  snoozedUntil: Date | null;
  tags: string[];
}

const of = (tenantId: string, phone: string) =>
  and(eq(conversations.tenantId, tenantId), eq(conversations.phoneE164, phone));

/** Returns null for somebody who never wrote. */
export async function findConversationState(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<ConversationState | null> {
  const [row] = await tx
    .select({
      isOpen: sql<boolean>`coalesce(${conversations.lastWaitingId} >
        coalesce(${conversations.closedUpTo}, '00000000-0000-0000-0000-000000000000'), false)
        and ${conversations.snoozedUntil} is null`,
      assigneeId: conversations.assigneeId,
      teamId: conversations.teamId,
      snoozedUntil: conversations.snoozedUntil,
    })
    .from(conversations)
    .where(of(tenantId, phone));
  return row ? { ...row, tags: await tagsOf(tx, tenantId, phone) } : null;
}

/** Gives a conversation to a member, or to nobody. Returns false for somebody who never wrote. */
export async function assignConversation(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  assigneeId: string | null,
): Promise<boolean> {
  const changed = await tx
    .update(conversations)
    .set({ assigneeId, needsRouting: false })
    .where(of(tenantId, phone))
    .returning({ phone: conversations.phoneE164 });
  return changed.length > 0;
}

/** Who replies first takes care of it. */
export async function takeConversation(
  tx: TenantTransaction,
  { tenantId, userId }: Member,
  phone: string,
): Promise<void> {
  await tx
    .update(conversations)
    .set({ assigneeId: userId, needsRouting: false })
    .where(and(of(tenantId, phone), isNull(conversations.assigneeId)));
}

/**
 * Closes a conversation up to a message that its member has seen; a newer one leaves it open. Null opens it again. Either
 * ends a snooze.
 * Returns false for somebody who never wrote.
 */
export async function closeConversation(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  upTo: string | null,
): Promise<boolean> {
  const changed = await tx
    .update(conversations)
    .set({
      snoozedUntil: null,
      // Never beyond the last message, whatever is asked for: the next one must open it.
      closedUpTo: upTo === null ? null : sql`least(${upTo}::uuid, ${conversations.lastInboundId})`,
      // One that waits for nobody, such as after a STOP, is opened by hand.
      ...(upTo === null && {
        lastWaitingId: sql`coalesce(${conversations.lastWaitingId}, ${conversations.lastInboundId})`,
      }),
    })
    .where(of(tenantId, phone))
    .returning({ phone: conversations.phoneE164 });
  return changed.length > 0;
}

/** Whether there is a contact or a conversation with this number. */
export async function isKnownPerson(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<boolean> {
  const [row] = await tx.execute<{ known: boolean }>(sql`
    select exists (select 1 from conversations where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (select 1 from contacts where tenant_id = ${tenantId} and phone_e164 = ${phone}) as known`);
  return row!.known;
}

export async function addNote(
  tx: TenantTransaction,
  { tenantId, userId }: Member,
  phone: string,
  body: string,
): Promise<string> {
  const [note] = await tx
    .insert(conversationNotes)
    .values({ tenantId, phoneE164: phone, authorId: userId, body })
    .returning({ id: conversationNotes.id });
  return note!.id;
}
