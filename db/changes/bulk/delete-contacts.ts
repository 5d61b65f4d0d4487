import type { PipelineTransaction } from "../../postgres/connection.ts";
import { CHANGE_KINDS } from "../../schema/index.ts";
import type { BatchOutcome } from "./log.ts";
import type { LeasedBulk } from "./runs.ts";

/** Every column of a contact but those that PostgreSQL computes. */
const STORED = `to_jsonb(c) - array['phone_reversed', 'first_name_lower', 'last_name_lower']`;

/**
 * Deletes contacts with their further numbers, and cancels what is queued for them, after the tenant's claims in progress. Messages, replies, consents,
 * preferences and the do-not-contact list belong to the number, and stay.
 */
export async function deleteContacts(
  tx: PipelineTransaction,
  { id, tenantId }: LeasedBulk,
  ids: readonly string[],
): Promise<BatchOutcome> {
  const further = await tx<{ id: string }[]>`
    select id from contacts where tenant_id = ${tenantId} and merged_into = any(${ids as string[]}::uuid[])`;
  const all = [...ids, ...further.map((one) => one.id)];
  const messagesCanceled = await cancelMessages(tx, tenantId, all);
  await tx`
    select 1 from contacts where tenant_id = ${tenantId} and id = any(${all}::uuid[]) order by id for update`;
  const deleted = await tx<{ isFurther: boolean }[]>`
    with gone as (
      delete from contacts c where c.tenant_id = ${tenantId}
        and (c.id = any(${ids as string[]}::uuid[]) or c.merged_into = any(${ids as string[]}::uuid[]))
      returning c.id, c.phone_e164, ${tx.unsafe(STORED)} as before
    )
    insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after)
    select ${tenantId}, ${id}, ${CHANGE_KINDS.deleted}, id, phone_e164, before, '{}' from gone
    returning before ->> 'merged_into' is not null as "isFurther"`;
  return { changed: deleted.filter(({ isFurther }) => !isFurther).length, messagesCanceled };
}

/**
 * Cancels the queued messages of contacts. A claim waits for the tenant's budget, so it sees them canceled. Locks in the
 * order of all others: money, jobs, contacts.
 */
export async function cancelMessages(
  tx: PipelineTransaction,
  tenantId: string,
  contactIds: readonly string[],
): Promise<number> {
  await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
  const canceled = await tx`
    update send_jobs set status = 'canceled', failure_reason = 'Canceled', hold_reason = null, not_before = null,
      verdict = null, final_at = clock_timestamp(), updated_at = clock_timestamp()
    where id in (
      select id from send_jobs
      where contact_id = any(${contactIds as string[]}::uuid[]) and tenant_id = ${tenantId} and status = 'queued'
      order by id for no key update
    ) and status = 'queued' returning 1`;
  return canceled.count;
}
