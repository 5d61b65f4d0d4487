import type { SingleSignOnProblem } from "@smscrm/core/process/single-sign-on";
import { recordAudit } from "@smscrm/db/audit/audit";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { renewProvenSession } from "@smscrm/db/users/sessions";
import { findIdentity } from "@smscrm/db/users/single-sign-on/identities";
import type { Dependencies } from "../../dependencies.ts";
import type { Visitor } from "../check-password.ts";
import type { Session } from "../session.ts";
import type { Judged } from "./arrive.ts";
import type { Visit } from "./provider.ts";

/** How far the provider's clock may be behind ours. */
const CLOCKS_DIFFER_MS = 30_000;

/**
 * Counts a new sign-in at the provider as a fresh proof of this session's person. It must be the same person, the provider
 * must have asked them after the visit began, and for a second factor if it did so when the session began.
 */
export async function proveSession(
  { database }: Pick<Dependencies, "database">,
  session: Session,
  { visit, judged, startedAt }: { visit: Visit; judged: Judged; startedAt: Date },
  visitor: Visitor,
): Promise<{ token: string } | { problem: SingleSignOnProblem }> {
  const { userId, tenant } = session;
  const authTime = visit.claims.auth_time;
  const isFresh = typeof authTime === "number" && authTime * 1_000 >= startedAt.getTime() - CLOCKS_DIFFER_MS;
  return database.asSignIn(async (tx) => {
    const linked = await findIdentity(tx, { ...judged.identity, tenantId: tenant.id });
    if (linked !== userId) return { problem: "wrong-person" };
    if (!isFresh) return { problem: "not-fresh" };
    if (session.providerFactor && !judged.providerFactor) return { problem: "no-second-factor" };
    const token = newToken();
    if (!(await renewProvenSession(tx, { from: session.tokenHash, to: hashToken(token) })))
      return { problem: "over" };
    await recordAudit(tx, {
      ...{ tenantId: tenant.id, actorId: userId, action: "auth.prove" },
      ...{ objectKind: "person", objectId: userId, detail: { by: "sso", address: visitor.address } },
    });
    return { token };
  });
}
