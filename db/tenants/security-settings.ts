import type { LaunchLimits } from "@smscrm/core/campaigns/approval";
import type { SecondFactorPolicy } from "@smscrm/core/process/second-factor";
import { eq } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { tenants } from "../schema/index.ts";

export interface SecuritySettings {
  secondFactorPolicy: SecondFactorPolicy;
  /** A launch to more recipients asks for a fresh proof. Null: no launch asks. */
  launchProofAbove: number | null;
  /** Whether another member must activate a change that loosens the sending rules. */
  rulesNeedSecondPerson: boolean;
  /** By role: a launch to more recipients needs a second person. A role that is not named has no limit. */
  launchLimits: LaunchLimits;
}

export async function readSecuritySettings(
  tx: TenantTransaction,
  tenantId: string,
): Promise<SecuritySettings> {
  const [row] = await tx
    .select({
      secondFactorPolicy: tenants.secondFactorPolicy,
      launchProofAbove: tenants.launchProofAbove,
      rulesNeedSecondPerson: tenants.rulesNeedSecondPerson,
      launchLimits: tenants.launchLimits,
    })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  return row!;
}

/** In force with each member's next request, and for open streams within a second. */
export async function updateSecuritySettings(
  tx: TenantTransaction,
  tenantId: string,
  settings: Partial<SecuritySettings>,
): Promise<void> {
  await tx.update(tenants).set(settings).where(eq(tenants.id, tenantId));
}
