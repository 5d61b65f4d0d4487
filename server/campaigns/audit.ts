import { recordAudit } from "@smscrm/db/audit/audit";
import { endedNow } from "@smscrm/db/campaigns/approvals";
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

/** Records that this transaction's change of a campaign ended a request or an approval of its launch. */
export async function auditEnded(
  tx: TenantTransaction,
  asking: Pick<Asking, "tenantId" | "session">,
  campaignId: string,
): Promise<void> {
  const ended = await endedNow(tx, asking.tenantId, campaignId);
  if (!ended) return;
  const { id: approvalId, fingerprint, endReason } = ended;
  await auditCampaign(tx, asking, "approval.void", campaignId, {
    approvalId,
    fingerprint,
    reason: endReason,
  });
}
