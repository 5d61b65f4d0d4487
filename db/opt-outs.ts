import { and, eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { consents, contacts, doNotContact } from "./schema/index.ts";

/** An opt-out in a person's own words, as somebody here read it. */
export interface ReadOptOut {
  phoneE164: string;
  inboundId: string;
  text: string;
  decidedBy: string;
}

/**
 * Puts the number on the do-not-contact list as a STOP would: with the words as evidence, consent withdrawn, and free
 * to be lifted by the person's own START. In force at the commit.
 */
export async function recordReadOptOut(
  tx: TenantTransaction,
  tenantId: string,
  { phoneE164, inboundId, text, decidedBy }: ReadOptOut,
): Promise<void> {
  const words = text.slice(0, 200);
  await tx
    .insert(doNotContact)
    .values({ tenantId, phoneE164, source: "reply", note: `Wrote: ${words}`, createdBy: decidedBy })
    .onConflictDoNothing();
  await tx.insert(consents).values({
    tenantId,
    phoneE164,
    basis: "withdrawn",
    source: "reply",
    evidence: { text: words, inboundId },
    recordedBy: decidedBy,
  });
  await tx
    .update(contacts)
    .set({
      consentBasis: "withdrawn",
      consentAt: sql`clock_timestamp()`,
      consentExpiresAt: null,
      updatedAt: sql`clock_timestamp()`,
    })
    .where(and(eq(contacts.tenantId, tenantId), eq(contacts.phoneE164, phoneE164)));
}
