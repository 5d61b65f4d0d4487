import type { Role } from "@smscrm/core/process/roles";
import { and, eq, gt, sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { pendingLinks, signInFlows, users } from "../../schema/index.ts";

/** How long a person has at the provider, and then for the password of an account that is linked. */
export const FLOW_MINUTES = 10;

const soon = () => sql`clock_timestamp() + make_interval(mins => ${FLOW_MINUTES})`;

/** A sign-in, a fresh proof for a session, or an owner's trial that changes nothing. */
type FlowPurpose = "sign-in" | "prove" | "try";

/** A visit to a tenant's identity provider. */
export interface Flow {
  tenantId: string;
  purpose: FlowPurpose;
  /** The page to go to afterwards. */
  next: string;
  /** SHA-256 of the token of the session that proves or tries; null for a sign-in. */
  sessionHash: Uint8Array | null;
}

export async function insertFlow(
  tx: TenantTransaction,
  flow: Flow & { tokenHash: Uint8Array },
): Promise<void> {
  await tx.insert(signInFlows).values({ ...flow, createdAt: sql`clock_timestamp()`, expiresAt: soon() });
}

/** Uses a flow up: of two answers with the same cookie one wins. Null where it was used, expired or never begun. */
export async function takeFlow(
  tx: TenantTransaction,
  tokenHash: Uint8Array,
): Promise<(Flow & { startedAt: Date }) | null> {
  const [taken] = await tx
    .delete(signInFlows)
    .where(eq(signInFlows.tokenHash, tokenHash))
    .returning({
      tenantId: signInFlows.tenantId,
      purpose: signInFlows.purpose,
      next: signInFlows.next,
      sessionHash: signInFlows.sessionHash,
      startedAt: signInFlows.createdAt,
      isOpen: sql<boolean>`${signInFlows.expiresAt} > clock_timestamp()`,
    });
  if (!taken?.isOpen) return null;
  const { isOpen: _, ...flow } = taken;
  return flow;
}

/** A person of a provider who must prove the password of the account that is linked. */
export interface PendingLink {
  tenantId: string;
  userId: string;
  issuer: string;
  subject: string;
  role: Role | null;
  /** The provider asked for a second factor. */
  providerFactor: boolean;
  next: string;
}

export async function insertPendingLink(
  tx: TenantTransaction,
  link: PendingLink & { tokenHash: Uint8Array },
): Promise<void> {
  await tx.insert(pendingLinks).values({ ...link, expiresAt: soon() });
}

/** By its token (SHA-256); null where it expired, was used or was ended. */
export async function findPendingLink(
  tx: TenantTransaction,
  tokenHash: Uint8Array,
): Promise<(PendingLink & { email: string }) | null> {
  const [found] = await tx
    .select({
      tenantId: pendingLinks.tenantId,
      userId: pendingLinks.userId,
      issuer: pendingLinks.issuer,
      subject: pendingLinks.subject,
      role: pendingLinks.role,
      providerFactor: pendingLinks.providerFactor,
      next: pendingLinks.next,
      email: users.email,
    })
    .from(pendingLinks)
    .innerJoin(users, eq(users.id, pendingLinks.userId))
    .where(and(eq(pendingLinks.tokenHash, tokenHash), gt(pendingLinks.expiresAt, sql`clock_timestamp()`)));
  return found ?? null;
}

/** Returns false if it was used or ended already: of two requests one wins. */
export async function deletePendingLink(tx: TenantTransaction, tokenHash: Uint8Array): Promise<boolean> {
  const gone = await tx
    .delete(pendingLinks)
    .where(eq(pendingLinks.tokenHash, tokenHash))
    .returning({ userId: pendingLinks.userId });
  return gone.length > 0;
}
