import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import { describeAuditFault } from "./audit-chain.ts";
import { readKnownKeys } from "./signed-heads.ts";
import { type AuditReport, examineAudit } from "./verify-audit.ts";

/** A whole log is read once in this time, because it may be long. */
const CHECKED_EVERY_HOURS = 24;

/**
 * Checks the log whose last check is the oldest, by the keys in the database, and writes the result down. Null if none
 * is due or another worker does it. In one snapshot, so that entries written meanwhile are no faults.
 */
export async function checkNextLog(sql: Pipeline): Promise<AuditReport | null> {
  return sql.begin("isolation level repeatable read", async (tx) => {
    await tx`set local statement_timeout = 0`;
    const [turn] = await tx<{ held: boolean }[]>`
      select pg_try_advisory_xact_lock(${LOCK_KEYS.auditChecks}) as held`;
    if (!turn!.held) return null;
    const [due] = await tx<{ tenantId: string }[]>`
      select h.tenant_id as "tenantId" from audit_heads h left join audit_checks c using (tenant_id)
      where c.checked_at is null or c.checked_at < clock_timestamp() - make_interval(hours => ${CHECKED_EVERY_HOURS})
      order by c.checked_at nulls first limit 1`;
    if (!due) return null;
    const keys = await readKnownKeys(tx);
    const [report] = await examineAudit(tx, { tenantId: due.tenantId, keys, copy: null });
    await writeAuditChecks(tx, [report!]);
    return report!;
  });
}

/** Writes the results of checks down, for the dashboard. */
export async function writeAuditChecks(
  sql: Pipeline | PipelineTransaction,
  reports: readonly AuditReport[],
): Promise<void> {
  await sql`
    insert into audit_checks (tenant_id, checked_at, fault, unbroken_until)
    select tenant_id, clock_timestamp(), fault, unbroken_until
    from unnest(${reports.map(({ tenantId }) => tenantId)}::uuid[],
      ${reports.map(({ faults }) => (faults[0] ? describeAuditFault(faults[0]) : null))}::text[],
      ${reports.map(({ lastGood }) => lastGood?.signedAt.toISOString() ?? null)}::timestamptz[])
      as given (tenant_id, fault, unbroken_until)
    on conflict (tenant_id) do update set checked_at = excluded.checked_at, fault = excluded.fault,
      unbroken_until = excluded.unbroken_until`;
}
