import { createHmac, timingSafeEqual } from "node:crypto";
import { OPT_OUT_TOKEN_LENGTH } from "@smscrm/core/text/opt-out-link";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, transact } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { type OptOutOutcome, recordOptOuts } from "./opt-outs.ts";

/** A contact and the number that the text was sent to. */
interface Recipient {
  contactId: string;
  phoneE164: string;
}

/** The person behind a valid link. */
export interface LinkOwner extends Recipient {
  tenantId: string;
  tenantName: string;
  isOptedOut: boolean;
}

const ID_BYTES = 16;
/** NIST SP 800-107 asks for 32 bits at least where guesses are counted; each of these costs a request. */
const MAC_BYTES = 8;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = BigInt(DIGITS.length);

/**
 * Returns the token of a recipient's opt-out link: the contact's id and a proof that only the holder of the tenant's key
 * can make. Nothing is stored, so a link works as long as the contact or a message to it is known, also after a restore.
 */
export function optOutToken(key: Uint8Array, recipient: Recipient): string {
  const hex = `${recipient.contactId.replaceAll("-", "")}${proofOf(key, recipient).toString("hex")}`;
  let rest = BigInt(`0x${hex}`);
  let token = "";
  for (let at = 0; at < OPT_OUT_TOKEN_LENGTH; at += 1) {
    token = DIGITS[Number(rest % BASE)] + token;
    rest /= BASE;
  }
  return token;
}

/** The number is part of it: a link never opts out a number that the contact got later. */
function proofOf(key: Uint8Array, { contactId, phoneE164 }: Recipient): Buffer {
  return createHmac("sha256", key)
    .update(`opt-out-link ${contactId} ${phoneE164}`)
    .digest()
    .subarray(0, MAC_BYTES);
}

/** Splits a token; null if it can't be one. */
function readToken(token: string): { contactId: string; proof: Buffer } | null {
  if (token.length !== OPT_OUT_TOKEN_LENGTH) return null;
  let value = 0n;
  for (const sign of token) {
    const digit = DIGITS.indexOf(sign);
    if (digit < 0) return null;
    value = value * BASE + BigInt(digit);
  }
  const hex = value.toString(16).padStart((ID_BYTES + MAC_BYTES) * 2, "0");
  if (hex.length > (ID_BYTES + MAC_BYTES) * 2) return null;
  const id = hex.slice(0, ID_BYTES * 2);
  const contactId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { contactId, proof: Buffer.from(hex.slice(ID_BYTES * 2), "hex") };
}

/** A contact's number changes rarely; more numbers than this are no links of ours. */
const NUMBERS_MAX = 20;

/**
 * Returns whose link this is, or null. A number that the contact had before is found by its messages, because the law wants
 * an opt-out to work for weeks after the text.
 */
export async function findLinkOwner(sql: Pipeline, token: string): Promise<LinkOwner | null> {
  const read = readToken(token);
  if (!read) return null;
  const { contactId, proof } = read;
  const rows = await sql<(Omit<LinkOwner, "contactId"> & { key: Uint8Array })[]>`
    select t.id as "tenantId", t.name as "tenantName", t.opt_out_key as key, known.phone_e164 as "phoneE164",
      exists (select 1 from do_not_contact d where d.tenant_id = t.id and d.phone_e164 = known.phone_e164) as "isOptedOut"
    from (
      select tenant_id, phone_e164 from contacts where id = ${contactId}
      union
      select tenant_id, phone_e164 from send_jobs where contact_id = ${contactId}
      limit ${NUMBERS_MAX}
    ) known join tenants t on t.id = known.tenant_id`;
  const found = rows.find(({ key, phoneE164 }) =>
    timingSafeEqual(proofOf(key, { contactId, phoneE164 }), proof),
  );
  if (!found) return null;
  const { key: _, ...owner } = found;
  return { ...owner, contactId };
}

/** Opts the link's person out, like their STOP. In force when it returns; a second time it changes nothing. */
export function optOutByLink(sql: Pipeline, owner: LinkOwner): Promise<OptOutOutcome> {
  const { tenantId, contactId, phoneE164 } = owner;
  return transact(sql, async (tx) => {
    // A START that arrives at the same time must see it, or be seen by it.
    await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person + phoneE164}, 0))`;
    const person = { tenantId, phoneE164, note: "Opted out by the link in a text", evidence: { contactId } };
    const [recorded] = await recordOptOuts(tx, { source: "link", people: [person] });
    const { outcome } = recorded!;
    if (outcome === "added") {
      const note = { tenantId, actorId: null, action: "contact.opt-out", objectKind: "contact" };
      await recordPipelineAudits(tx, [{ ...note, objectId: contactId, detail: { by: "link" } }]);
    }
    return outcome;
  });
}
