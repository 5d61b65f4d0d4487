import type { ConsentBasis } from "@smscrm/core/gates/gate";
import { LIFTED_BY_START, type ReplyKind } from "@smscrm/core/replies/replies";
import { numberBehind, senderOf } from "@smscrm/core/replies/sender";
import { IN_DOUBT_SECONDS, quoted, recordOptOuts } from "../contacts/opt-outs.ts";
import type { PipelineTransaction } from "../postgres/connection.ts";

/** A person's text, as far as it matters for an action. */
export interface Reply {
  messageSid: string;
  from: string;
  body: string;
  /** The time of the text, if it is not now. */
  receivedAt?: Date;
}

/**
 * Opts a person out or in. Returns whether the do-not-contact list changed. If texts arrive late, the most recent
 * text counts. We can't text a short code or a name, so it has no consent to withdraw. An opt-out on another channel
 * ("whatsapp:+64…") counts for the number behind it; a START there gives nothing back.
 */
export async function actOnReply(
  tx: PipelineTransaction,
  tenantId: string,
  reply: Reply,
  kind: ReplyKind,
): Promise<boolean> {
  if (kind === "opt-out") {
    const [recorded] = await optOutByTexts(tx, [{ tenantId, reply }]);
    return recorded?.outcome === "added";
  }
  if (
    kind !== "opt-in" ||
    senderOf(reply.from).kind !== "number" ||
    (await optedOutLater(tx, tenantId, reply))
  )
    return false;
  return optIn(tx, tenantId, reply);
}

/** Opts people out by their texts, each of them at one tenant or several. */
export function optOutByTexts(
  tx: PipelineTransaction,
  optOuts: readonly { tenantId: string; reply: Reply }[],
): ReturnType<typeof recordOptOuts> {
  const people = optOuts
    .map(({ tenantId, reply }) => ({ tenantId, reply, phoneE164: numberBehind(reply.from) }))
    .filter((person): person is typeof person & { phoneE164: string } => person.phoneE164 !== null)
    .map(({ tenantId, reply, phoneE164 }) => ({
      tenantId,
      phoneE164,
      note: "Replied to opt out",
      at: reply.receivedAt ?? null,
      evidence: evidenceOf(reply),
    }));
  return recordOptOuts(tx, { source: "reply", people });
}

const evidenceOf = ({ messageSid, body }: Reply) => ({ messageSid, text: quoted(body) });

/**
 * Whether the person opted out later, or at about the same time, in a text that reached us earlier: the latest text
 * counts, not the latest arrival. An opt-out that a member recognised counts like a STOP.
 */
async function optedOutLater(
  tx: PipelineTransaction,
  tenantId: string,
  { from, receivedAt }: Reply,
): Promise<boolean> {
  if (!receivedAt) return false;
  const said = await tx`
    select 1 from inbound_messages where tenant_id = ${tenantId} and from_phone = ${from}
      and (kind = 'opt-out' or decision = 'opted-out')
      and created_at > ${receivedAt}::timestamptz - make_interval(secs => ${IN_DOUBT_SECONDS}) limit 1`;
  return said.length > 0;
}

/**
 * A person may lift their own opt-out and the carrier's. Only an operator lifts one that an operator or a file set.
 * Consent becomes what it was before the opt-out: START alone gives no consent (47 CFR 64.1200(f)(9) requires it in
 * writing).
 */
async function optIn(tx: PipelineTransaction, tenantId: string, message: Reply): Promise<boolean> {
  // The contact before the entry, in the order of an opt-out.
  await tx`select 1 from contacts where tenant_id = ${tenantId} and phone_e164 = ${message.from} for no key update`;
  const lifted = await tx`
    delete from do_not_contact
    where tenant_id = ${tenantId} and phone_e164 = ${message.from} and source = any(${LIFTED_BY_START as string[]})
      and created_at <= coalesce(${message.receivedAt ?? null}::timestamptz, clock_timestamp()) returning 1`;
  const [now] = await tx<{ isListed: boolean; isWithdrawn: boolean }[]>`
    select
      exists (select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${message.from}) as "isListed",
      exists (select 1 from contacts where tenant_id = ${tenantId} and phone_e164 = ${message.from}
        and consent_basis = 'withdrawn') as "isWithdrawn"`;
  if (now!.isListed || (lifted.length === 0 && !now!.isWithdrawn)) return false;
  const { restores, ...before } = await consentBefore(tx, tenantId, message.from);
  await restoreConsent(tx, tenantId, message, before, restores);
  return lifted.length > 0;
}

interface StoredConsent {
  basis: ConsentBasis;
  expiresAt: Date | null;
}

/**
 * Returns the consent before the last opt-out: as recorded with the opt-out or, for older records, as last given.
 * `restores` is the record with its evidence.
 */
async function consentBefore(
  tx: PipelineTransaction,
  tenantId: string,
  phone: string,
): Promise<StoredConsent & { restores: string | null }> {
  const [contact] = await tx<StoredConsent[]>`
    select consent_basis as basis, consent_expires_at as "expiresAt" from contacts
    where tenant_id = ${tenantId} and phone_e164 = ${phone} and consent_basis <> 'withdrawn'`;
  const [given] = await tx<(StoredConsent & { id: string })[]>`
    select id, basis, expires_at as "expiresAt" from consents
    where tenant_id = ${tenantId} and phone_e164 = ${phone} and basis <> 'withdrawn' and source <> 'reply'
    order by id desc limit 1`;
  const [noted] = await tx<(StoredConsent & { id: string })[]>`
    select id, evidence -> 'before' ->> 'basis' as basis, (evidence -> 'before' ->> 'expiresAt')::timestamptz as "expiresAt"
    from consents
    where tenant_id = ${tenantId} and phone_e164 = ${phone} and evidence ? 'before' order by id desc limit 1`;
  const latest = noted && (!given || noted.id > given.id) ? noted : given;
  const { basis, expiresAt } = contact ?? latest ?? { basis: "unknown", expiresAt: null };
  return { basis, expiresAt, restores: given && given.basis === basis ? given.id : null };
}

async function restoreConsent(
  tx: PipelineTransaction,
  tenantId: string,
  message: Reply,
  { basis, expiresAt }: StoredConsent,
  restores: string | null,
): Promise<void> {
  const evidence = { ...evidenceOf(message), ...(restores && { restores }) };
  await tx`
    insert into consents (tenant_id, phone_e164, basis, source, evidence, expires_at)
    values (${tenantId}, ${message.from}, ${basis}, 'reply', ${tx.json(evidence)}, ${expiresAt})`;
  await tx`
    update contacts set consent_basis = ${basis}, consent_at = now(), consent_expires_at = ${expiresAt}, updated_at = now()
    where tenant_id = ${tenantId} and phone_e164 = ${message.from}`;
}
