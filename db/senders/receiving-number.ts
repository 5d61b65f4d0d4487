import type { PipelineTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";

/** The tenants that a text concerns, by its receiving number. */
export interface Receivers {
  /** The tenant whose inbox gets it; null: no tenant has or had the number. */
  tenantId: string | null;
  /** Other tenants that texted this person from the number before it was taken back: a STOP applies to them too. */
  formerIds: string[];
}

/** Serialises texts to an unassigned number with its assignment, until the end of the transaction. */
export async function lockUnassigned(tx: PipelineTransaction, phone: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.number + phone}, 0))`;
}

/**
 * Returns the tenant that has the number. If no tenant has it now, the one that last texted the person from it, or
 * the one that had it last. A STOP to a reassigned number reaches all tenants that texted this person from it.
 */
export async function findReceivers(
  tx: PipelineTransaction,
  { from, to }: { from: string; to: string },
): Promise<Receivers> {
  const rows = await tx<{ tenantId: string; isFormer: boolean; lastSentAt: Date | null }[]>`
    select n.tenant_id as "tenantId", n.taken_back_at is not null as "isFormer", case when n.taken_back_at is not null then (
      select max(a.claimed_at) from send_attempts a
      where a.tenant_id = n.tenant_id and a.to_phone = ${from} and a.sending_number_id = n.id
    ) end as "lastSentAt"
    from sending_numbers n where n.phone_e164 = ${to} and n.kind <> 'alphanumeric'
    order by n.taken_back_at desc nulls first`;
  const former = rows
    .filter((row) => row.isFormer && row.lastSentAt !== null)
    .sort((a, b) => b.lastSentAt!.getTime() - a.lastSentAt!.getTime());
  const owner = rows.find((row) => !row.isFormer) ?? former[0] ?? rows[0];
  const formerIds = [...new Set(former.map(({ tenantId }) => tenantId))];
  return { tenantId: owner?.tenantId ?? null, formerIds: formerIds.filter((id) => id !== owner?.tenantId) };
}
