import { recordAudit } from "@smscrm/db/audit/audit";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import type { Session } from "../users/session.ts";

/** The user and tenant of a request, from a procedure's context. */
export interface Asking {
  tenantId: string;
  session: Session;
  inTenant: <T>(work: (tx: TenantTransaction) => Promise<T>) => Promise<T>;
}

export function auditCampaign(
  tx: TenantTransaction,
  { tenantId, session }: Pick<Asking, "tenantId" | "session">,
  action: string,
  objectId: string,
  detail: Record<string, unknown>,
): Promise<void> {
  return recordAudit(tx, {
    tenantId,
    actorId: session.userId,
    action,
    objectKind: "campaign",
    objectId,
    detail,
  });
}
