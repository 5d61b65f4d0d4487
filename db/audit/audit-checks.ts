import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import { describeAuditFault } from "./audit-chain.ts";
import { readKnownKeys } from "./signed-heads.ts";
import { type AuditReport, examineAudit } from "./verify-audit.ts";

/** Each log is read as a whole after each signed head. A longer one is read once a day, because it takes seconds. */
const CHECKED_HOURLY_ENTRIES_MAX = 100_000;
const CHECKED_EVERY_HOURS = 24;

/**
 * Checks the log whose last check is the oldest, by the keys in the database, and writes the result down. Null if none
 * is due or another worker does it.
 */
export async function checkNextLog(sql: Pipeline): Promise<AuditReport | null> {
  // In one snapshot: an entry that is written during the check is no fault.
  return sql.begin("isolation level repeatable read", async (tx) => {
    await tx`set local statement_timeout = 0`;
    const [turn] = await tx<{ held: boolean; at: Date }[]>`
      select pg_try_advisory_xact_lock(${LOCK_KEYS.auditChecks}) as held, now() as at`;
    if (!turn!.held) return null;
    const [due] = await tx<{ tenantId: string }[]>`
      select h.tenant_id as "tenantId" from audit_heads h left join audit_checks c using (tenant_id)
      where c.checked_at is null or c.checked_at < now() - make_interval(hours => ${CHECKED_EVERY_HOURS})
        or h.seq <= ${CHECKED_HOURLY_ENTRIES_MAX} and c.checked_at < (
          select signed_at from audit_signed_heads s where s.tenant_id = h.tenant_id order by id desc limit 1)
      order by c.checked_at nulls first limit 1`;
    if (!due) return null;
    const keys = await readKnownKeys(tx);
    const [report] = await examineAudit(tx, { tenantId: due.tenantId, keys, copy: null });
    await writeChecks(tx, [report!], turn!.at);
    return report!;
  });
}

/** Checks all logs, or one tenant's, in the same way as the worker does. */
export async function checkLogs(sql: Pipeline, tenantId: string | null): Promise<AuditReport[]> {
  const { reports, at } = await sql.begin("isolation level repeatable read read only", async (tx) => {
    await tx`set local statement_timeout = 0`;
    const [clock] = await tx<{ at: Date }[]>`select now() as at`;
    const keys = await readKnownKeys(tx);
    return { reports: await examineAudit(tx, { tenantId, keys, copy: null }), at: clock!.at };
  });
  // Not in the snapshot, where a worker's check of the same log would be a conflict.
  await writeChecks(sql, reports, at);
  return reports;
}

/** Writes results down for the dashboard. `at` is the beginning of the check: later heads were not in it. */
async function writeChecks(
  sql: Pipeline | PipelineTransaction,
  reports: readonly AuditReport[],
  at: Date,
): Promise<void> {
  await sql`
    insert into audit_checks (tenant_id, checked_at, fault, unbroken_until)
    select tenant_id, ${at}, fault, unbroken_until
    from unnest(${reports.map(({ tenantId }) => tenantId)}::uuid[],
      ${reports.map(({ faults }) => (faults[0] ? describeAuditFault(faults[0]) : null))}::text[],
      ${reports.map(({ lastGood }) => lastGood?.signedAt.toISOString() ?? null)}::timestamptz[])
      as given (tenant_id, fault, unbroken_until)
    on conflict (tenant_id) do update set checked_at = excluded.checked_at, fault = excluded.fault,
      unbroken_until = excluded.unbroken_until`;
}
