import { recordAudit } from "@smscrm/db/audit";
import type { TenantTransaction } from "@smscrm/db/connection";
import type { Session } from "../auth/session.ts";

/** Who asks, and for which tenant: what a procedure's context says of itself. */
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
