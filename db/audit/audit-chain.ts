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
 * unbroken. Reads whole logs, so it lifts the statement timeout.
 */
export async function verifyAuditLog(sql: Pipeline, tenantId: string | null): Promise<AuditFault[]> {
  return sql.begin("read only", async (tx) => {
    await tx`set local statement_timeout = 0`;
    return readAuditFaults(tx, tenantId);
  });
}

/** Like `verifyAuditLog`, on what a transaction sees. */
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

/** The last link of a tenant's audit log. A copy kept elsewhere shows if the whole log was rewritten. */
export interface AuditHead {
  tenantId: string;
  name: string;
  seq: number;
  /** SHA-256 in hex. */
  hash: string;
}

/** Returns the head of each tenant's log, or of one tenant's. */
export async function readAuditHeads(sql: Pipeline, tenantId: string | null): Promise<AuditHead[]> {
  return sql<AuditHead[]>`
    select h.tenant_id as "tenantId", t.name, h.seq::float8 as seq, encode(h.hash, 'hex') as hash
    from audit_heads h join tenants t on t.id = h.tenant_id
    where ${tenantId}::uuid is null or h.tenant_id = ${tenantId}::uuid
    order by t.name, h.tenant_id`;
}

/** Returns the hash of one entry in hex, or null if the tenant's log has no such number. */
export async function readAuditHash(sql: Pipeline, tenantId: string, seq: number): Promise<string | null> {
  const [row] = await sql<{ hash: string }[]>`
    select encode(hash, 'hex') as hash from audit_log where tenant_id = ${tenantId} and seq = ${seq}`;
  return row?.hash ?? null;
}
