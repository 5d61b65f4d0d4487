import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import type { Member } from "../inbox.ts";

/** Marks a conversation as read for one member, up to a message. Mentions of them there count as seen. */
export async function markReadFor(
  tx: TenantTransaction,
  { tenantId, userId }: Member,
  phone: string,
  upToId: string,
): Promise<void> {
  // Never beyond the last message, whatever is asked for: the next one is unread.
  await tx.execute(sql`
    insert into conversation_reads as r (tenant_id, phone_e164, user_id, read_up_to)
    select c.tenant_id, c.phone_e164, ${userId}, least(${upToId}::uuid, c.last_inbound_id) from conversations c
    where c.tenant_id = ${tenantId} and c.phone_e164 = ${phone}
    on conflict (tenant_id, phone_e164, user_id) do update set read_up_to = greatest(r.read_up_to, excluded.read_up_to)`);
  await tx.execute(sql`
    update note_mentions set seen_at = clock_timestamp()
    where tenant_id = ${tenantId} and user_id = ${userId} and phone_e164 = ${phone} and seen_at is null`);
}

/** Notes whom a note names. */
export async function insertMentions(
  tx: TenantTransaction,
  tenantId: string,
  { noteId, phone, userIds }: { noteId: string; phone: string; userIds: readonly string[] },
): Promise<void> {
  if (userIds.length === 0) return;
  await tx.execute(sql`
    insert into note_mentions (tenant_id, user_id, note_id, phone_e164)
    select ${tenantId}, u, ${noteId}, ${phone} from unnest(${sql.param([...userIds])}::uuid[]) u`);
}
