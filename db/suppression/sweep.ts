import { type Pipeline, transact } from "../postgres/connection.ts";

/** Small enough that a batch is done in a moment. */
const NUMBERS_PER_BATCH = 20_000;

/**
 * Deletes a batch of numbers that no list uses any more: of versions that were replaced, of removed lists, and of uploads
 * that were cut off an hour ago. Returns how many, or null if none is left. The versions in the history keep their counts.
 */
export function sweepSuppressed(sql: Pipeline): Promise<number | null> {
  return transact(sql, async (tx) => {
    const [old] = await tx<{ id: string; tenantId: string; isCutOff: boolean }[]>`
      select v.id, v.tenant_id as "tenantId", v.active_at is null as "isCutOff" from suppression_versions v
      where not exists (select 1 from suppression_lists l where l.tenant_id = v.tenant_id and l.version_id = v.id)
        and (v.active_at is not null or v.touched_at < clock_timestamp() - interval '1 hour')
        and (v.active_at is null or exists (
          select 1 from suppressed_numbers s where s.tenant_id = v.tenant_id and s.version_id = v.id))
      order by v.id limit 1`;
    if (!old) return null;
    const gone = await tx`
      delete from suppressed_numbers where ctid = any(array(
        select ctid from suppressed_numbers where tenant_id = ${old.tenantId} and version_id = ${old.id}
        limit ${NUMBERS_PER_BATCH})) returning 1`;
    if (old.isCutOff && gone.length < NUMBERS_PER_BATCH)
      await tx`delete from suppression_versions where id = ${old.id} and active_at is null`;
    return gone.length;
  });
}
