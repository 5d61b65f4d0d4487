import { sql } from "drizzle-orm";
import { type Pipeline, type TenantTransaction, transact } from "../../postgres/connection.ts";

/**
 * Snoozes a conversation until a time, if nobody has written since the newest message that the member saw. A closed one
 * comes back open. Null: nobody has ever written from this number.
 */
export async function snoozeConversation(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  { until, seenUpTo }: { until: Date; seenUpTo: string },
): Promise<"snoozed" | "newer-message" | null> {
  const [row] = await tx.execute<{ seen: boolean }>(sql`
    select last_inbound_id <= ${seenUpTo} as seen from conversations
    where tenant_id = ${tenantId} and phone_e164 = ${phone} for update`);
  if (!row) return null;
  if (!row.seen) return "newer-message";
  await tx.execute(sql`
    update conversations set snoozed_until = ${until.toISOString()}::timestamptz, closed_up_to = null,
      last_waiting_id = coalesce(last_waiting_id, last_inbound_id)
    where tenant_id = ${tenantId} and phone_e164 = ${phone}`);
  return "snoozed";
}

const WOKEN_AT_ONCE = 200;

/** Brings back conversations whose time has come: open, and unread for every member. Returns how many. */
export function wakeSnoozed(pipeline: Pipeline): Promise<number> {
  return transact(pipeline, async (tx) => {
    const due = await tx<{ tenantId: string; phone: string; waitingId: string }[]>`
      with due as (
        select tenant_id, phone_e164 from conversations where snoozed_until <= clock_timestamp()
        order by snoozed_until limit ${WOKEN_AT_ONCE} for update skip locked
      )
      update conversations c set snoozed_until = null, read_by_all_up_to = null
      from due where c.tenant_id = due.tenant_id and c.phone_e164 = due.phone_e164
      returning c.tenant_id as "tenantId", c.phone_e164 as phone, c.last_waiting_id as "waitingId"`;
    if (due.length === 0) return 0;
    const tenants = due.map(({ tenantId }) => tenantId);
    const phones = due.map(({ phone }) => phone);
    const waiting = due.map(({ waitingId }) => waitingId);
    await tx`update inbound_messages set read_at = null where id = any(${waiting}::uuid[]) and read_at is not null`;
    // What they had read before that message stays read.
    await tx`
      update conversation_reads r set read_up_to = coalesce((
        select m.id from inbound_messages m
        where m.tenant_id = r.tenant_id and m.from_phone = r.phone_e164 and m.id < woken.waiting
        order by m.id desc limit 1), '00000000-0000-0000-0000-000000000000')
      from unnest(${tenants}::uuid[], ${phones}::text[], ${waiting}::uuid[]) as woken (tenant, phone, waiting)
      where r.tenant_id = woken.tenant and r.phone_e164 = woken.phone and r.read_up_to >= woken.waiting`;
    return due.length;
  });
}
