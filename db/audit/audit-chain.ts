import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";

/** A position where a tenant's audit log was changed. */
export interface AuditFault {
  tenantId: string;
  /** Its number in the tenant's sequence. */
  seq: number;
  /** The entry's id; null if the fault is at the end of the log. */
  entry: number | null;
  fault: string;
}

/**
 * Returns where a tenant's audit log (null: any tenant's) was edited, cut, extended or reordered; empty if it is
 * unbroken. It compares no signed heads: `verifyAudit` does.
 */
export async function readAuditFaults(
  tx: PipelineTransaction,
  tenantId: string | null,
): Promise<AuditFault[]> {
  return tx<AuditFault[]>`
    select tenant_id as "tenantId", seq::float8 as seq, entry::float8 as entry, fault
    from verify_audit_log(${tenantId}::uuid)`;
}

export function describeAuditFault({ seq, entry, fault }: AuditFault): string {
  return entry === null ? `number ${seq}: ${fault}` : `number ${seq} (id ${entry}) ${fault}`;
}

/** Returns the hash of one entry in hex, or null if the tenant's log has no such number. */
export async function readAuditHash(sql: Pipeline, tenantId: string, seq: number): Promise<string | null> {
  const [row] = await sql<{ hash: string }[]>`
    select encode(hash, 'hex') as hash from audit_log where tenant_id = ${tenantId} and seq = ${seq}`;
  return row?.hash ?? null;
}
