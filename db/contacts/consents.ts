import type { ConsentBasis, ConsentEventKind, GivenBasis, MessagePurpose } from "@smscrm/core/consent/terms";
import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { consents, users } from "../schema/index.ts";

/** A consent that a person gave, as a member records it. */
export interface NewConsent {
  basis: GivenBasis;
  /** How the person gave it: a form, paper, a call. */
  method: string;
  wording?: string | null;
  givenAt?: Date | null;
  purposes?: MessagePurpose[] | null;
  topics?: string[] | null;
  event?: { kind: ConsentEventKind; at: Date | null } | null;
  expiresAt?: Date | null;
  evidence: Record<string, unknown>;
  recordedBy: string;
}

export interface ConsentRecord {
  id: string;
  basis: ConsentBasis;
  source: string;
  method: string | null;
  wording: string | null;
  givenAt: Date | null;
  purposes: MessagePurpose[] | null;
  topics: string[] | null;
  event: ConsentEventKind | null;
  eventAt: Date | null;
  expiresAt: Date | null;
  /** The consent that this record withdraws; null for a withdrawal of all, and for a consent. */
  withdraws: string | null;
  evidence: Record<string, unknown>;
  createdAt: Date;
  recordedBy: string | null;
  /** Whether the gates read it: it was not withdrawn, and no later one takes its place. */
  isInForce: boolean;
}

/** Returns a person's latest consents and withdrawals, newest first. */
export function consentHistory(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<ConsentRecord[]> {
  return tx
    .select({
      id: consents.id,
      basis: consents.basis,
      source: consents.source,
      method: consents.method,
      wording: consents.wording,
      givenAt: consents.givenAt,
      purposes: consents.purposes,
      topics: consents.topics,
      event: consents.event,
      eventAt: consents.eventAt,
      expiresAt: consents.expiresAt,
      withdraws: consents.withdraws,
      evidence: consents.evidence,
      createdAt: consents.createdAt,
      recordedBy: users.name,
      isInForce: sql<boolean>`exists (
        select 1 from contacts c where c.tenant_id = ${consents.tenantId} and c.phone_e164 = ${consents.phoneE164}
          and c.consent_basis not in ('unknown', 'withdrawn') and ${consents.basis} not in ('unknown', 'withdrawn')
          and c.consent_summary -> 'given' @> jsonb_build_array(consent_entry(consents)))
        and not exists (
          select 1 from consents w where w.tenant_id = ${consents.tenantId} and w.phone_e164 = ${consents.phoneE164}
            and w.withdraws = ${consents.id})`,
    })
    .from(consents)
    .leftJoin(users, eq(users.id, consents.recordedBy))
    .where(and(eq(consents.tenantId, tenantId), eq(consents.phoneE164, phone)))
    .orderBy(desc(consents.id))
    .limit(50);
}

/**
 * Records a consent, and adds it to those that the gates read. Consents from before a withdrawal do not come back.
 */
export async function addConsent(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  consent: NewConsent,
): Promise<{ id: string }> {
  const { basis, method, wording, givenAt, purposes, topics, event, expiresAt, evidence, recordedBy } =
    consent;
  const [recorded] = await tx
    .insert(consents)
    .values({
      ...{ tenantId, phoneE164: phone, basis, source: "operator", method, evidence, recordedBy },
      wording: wording ?? null,
      givenAt: givenAt ?? null,
      purposes: purposes ?? null,
      topics: topics ?? null,
      event: event?.kind ?? null,
      eventAt: event?.at ?? null,
      expiresAt: expiresAt ?? null,
    })
    .returning({ id: consents.id });
  const id = recorded!.id;
  await tx.execute(
    sql`${sql.raw(TAKE_UP)} where e.id = ${id} and c.tenant_id = ${tenantId} and c.phone_e164 = ${phone}`,
  );
  return { id };
}

/** Adds the consent `e` to the contact `c`. The statement goes on with its conditions. */
export const TAKE_UP = `
  update contacts c set
    consent_summary = merge_consent(consents_held(c.consent_summary, c.consent_basis, c.consent_at, c.consent_expires_at),
      consent_entry(e)),
    consent_basis = strongest_basis(merge_consent(
      consents_held(c.consent_summary, c.consent_basis, c.consent_at, c.consent_expires_at), consent_entry(e))),
    consent_at = coalesce(e.given_at, e.created_at), consent_expires_at = e.expires_at, updated_at = now()
  from consents e`;

/**
 * Withdraws one consent; the others stay. Returns false if it is not in force. The last one leaves the contact without
 * consent, which a START does not lift.
 */
export async function withdrawConsent(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  { consentId, note, recordedBy }: { consentId: string; note: string; recordedBy: string },
): Promise<boolean> {
  const given: SQL = sql`coalesce((
    select jsonb_agg(g order by n) from jsonb_array_elements(c.consent_summary -> 'given') with ordinality as each (g, n)
    where g <> consent_entry(e)), '[]')`;
  const changed = await tx.execute(sql`
    update contacts c set consent_summary = c.consent_summary || jsonb_build_object('given', ${given}),
      consent_basis = strongest_basis(jsonb_build_object('given', ${given})), updated_at = now()
    from consents e
    where e.tenant_id = ${tenantId} and e.id = ${consentId} and e.phone_e164 = ${phone}
      and c.tenant_id = ${tenantId} and c.phone_e164 = ${phone} and c.consent_basis not in ('unknown', 'withdrawn')
      and c.consent_summary -> 'given' @> jsonb_build_array(consent_entry(e))
    returning c.id`);
  if (changed.length === 0) return false;
  await tx.insert(consents).values({
    ...{ tenantId, phoneE164: phone, basis: "withdrawn", source: "operator", withdraws: consentId },
    ...{ evidence: { note }, recordedBy },
  });
  return true;
}
