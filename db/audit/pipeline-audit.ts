import type { PipelineTransaction } from "../postgres/connection.ts";
import type { AuditNote } from "./audit.ts";

/**
 * Writes audit entries of the pipeline and the console, in the transaction of their actions. Ordered by tenant, like
 * every transaction that locks the heads of several logs.
 */
export async function recordPipelineAudits(
  tx: PipelineTransaction,
  notes: readonly AuditNote[],
): Promise<void> {
  if (notes.length === 0) return;
  const rows = notes.map(({ tenantId, actorId, action, objectKind, objectId = null, detail = {} }) => ({
    ...{ tenantId, actorId, action, objectKind, objectId, detail },
  }));
  await tx`
    insert into audit_log (tenant_id, actor_id, action, object_kind, object_id, detail)
    select "tenantId", "actorId", action, "objectKind", "objectId", detail
    from jsonb_to_recordset(${tx.json(rows as never)}) as note
      ("tenantId" uuid, "actorId" uuid, action text, "objectKind" text, "objectId" text, detail jsonb)
    order by "tenantId"`;
}
