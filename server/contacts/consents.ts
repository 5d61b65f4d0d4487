import { subjectKey } from "@smscrm/core/consent/preferences";
import { consentEnd } from "@smscrm/core/consent/standing";
import { consentsOf } from "@smscrm/core/consent/summary";
import {
  CONSENT_EVENTS,
  GIVEN_BASES,
  MESSAGE_PURPOSES,
  type MessagePurpose,
} from "@smscrm/core/consent/terms";
import { consentStandingOf } from "@smscrm/core/gates/consent";
import type { RuleBook } from "@smscrm/core/law/rule-book";
import { recordAudit } from "@smscrm/db/audit/audit";
import {
  addConsent,
  type ConsentRecord,
  type NewConsent,
  withdrawConsent,
} from "@smscrm/db/contacts/consents";
import { type Contact, findContact } from "@smscrm/db/contacts/contacts";
import { liftSubjects, refuseSubjects } from "@smscrm/db/contacts/preferences";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readTopics } from "@smscrm/db/tenants/topics";
import { z } from "zod";
import { id, note } from "../http/inputs.ts";
import { badRequest, conflict, found } from "../http/refusals.ts";

const day = z.iso.date("Write the day as 2026-11-29.").transform((text) => new Date(`${text}T00:00:00Z`));
const topic = z.string().trim().min(1).max(40);

/** What a consent says, beside how it was given. */
export const consentTerms = z.object({
  basis: z.enum(GIVEN_BASES),
  /** The text that the person agreed to. */
  wording: z.string().trim().max(2_000).nullish(),
  givenOn: day.nullish(),
  /** Absent: every purpose that the basis allows. */
  purposes: z.array(z.enum(MESSAGE_PURPOSES)).min(1).max(4).nullish(),
  topics: z.array(topic).min(1).max(20).nullish(),
  event: z.object({ kind: z.enum(CONSENT_EVENTS), on: day.nullish() }).nullish(),
  endsOn: day.nullish(),
});

export const addConsentInput = consentTerms.extend({
  id,
  /** How the person gave it, and where that can be looked up. */
  note,
});

export const withdrawConsentInput = z.object({ id, consentId: id, note });

export const preferenceInput = z.object({
  id,
  purpose: z.enum(["marketing", "transactional", "service"]),
  topic: topic.nullish(),
  wanted: z.boolean(),
  note,
});

/** Turns the input of a member into a consent record. */
export function toConsent(
  input: z.output<typeof consentTerms> & { note: string },
  recordedBy: string,
): NewConsent {
  return {
    basis: input.basis,
    method: input.note.slice(0, 100),
    wording: input.wording || null,
    givenAt: input.givenOn ?? null,
    purposes: input.purposes ?? null,
    topics: input.topics ?? null,
    event: input.event ? { kind: input.event.kind, at: input.event.on ?? null } : null,
    expiresAt: input.endsOn ?? null,
    evidence: { note: input.note },
    recordedBy,
  };
}

interface Acting {
  tenantId: string;
  session: { userId: string };
}

export async function addConsentTo(
  tx: TenantTransaction,
  { tenantId, session }: Acting,
  input: z.output<typeof addConsentInput>,
): Promise<{ id: string }> {
  const contact = found(await findContact(tx, tenantId, input.id), "contact");
  if (contact.optedOut)
    throw conflict(
      "This person is on the do-not-contact list. Remove them from it first, if they asked for that.",
    );
  await refuseUnknownTopics(tx, tenantId, input.topics ?? []);
  const added = await addConsent(tx, tenantId, contact.phone, toConsent(input, session.userId));
  const { basis, purposes = null, topics = null } = input;
  await recordAudit(tx, {
    ...auditOf(tenantId, session, "consent.add", contact.id),
    detail: { consentId: added.id, basis, purposes, topics },
  });
  return added;
}

export async function withdrawConsentOf(
  tx: TenantTransaction,
  { tenantId, session }: Acting,
  { id: contactId, consentId, note: reason }: z.output<typeof withdrawConsentInput>,
): Promise<{ ok: true }> {
  const contact = found(await findContact(tx, tenantId, contactId), "contact");
  const how = { consentId, note: reason, recordedBy: session.userId };
  if (!(await withdrawConsent(tx, tenantId, contact.phone, how)))
    throw conflict(
      "This consent is not in force, so there is nothing to withdraw. Reload the page to see why.",
    );
  await recordAudit(tx, {
    ...auditOf(tenantId, session, "consent.withdraw", contactId),
    detail: { consentId, note: reason },
  });
  return { ok: true };
}

export async function setPreference(
  tx: TenantTransaction,
  { tenantId, session }: Acting,
  { id: contactId, purpose, topic: name, wanted, note: reason }: z.output<typeof preferenceInput>,
): Promise<{ changed: boolean }> {
  const contact = found(await findContact(tx, tenantId, contactId), "contact");
  if (name && purpose !== "marketing") throw badRequest("Only marketing has topics. Leave the topic out.");
  const subject = subjectKey({ purpose, topic: name ?? null });
  if (!wanted && name) await refuseUnknownTopics(tx, tenantId, [name]);
  const by = { source: "operator", note: reason, recordedBy: session.userId } as const;
  const changed = wanted
    ? await liftSubjects(tx, tenantId, contact.phone, [subject])
    : await refuseSubjects(tx, tenantId, contact.phone, [subject], by);
  if (changed.length > 0)
    await recordAudit(tx, {
      ...auditOf(tenantId, session, "preference.set", contactId),
      detail: { subject, wanted, note: reason },
    });
  return { changed: changed.length > 0 };
}

/** Refuses a topic that the tenant does not have: nobody could send on it. */
export async function refuseUnknownTopics(
  tx: TenantTransaction,
  tenantId: string,
  topics: readonly string[],
): Promise<void> {
  if (topics.length === 0) return;
  const known = await readTopics(tx, tenantId);
  const unknown = topics.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw badRequest(
      `There is no topic "${unknown[0]}". Add it under Settings → Consent, or choose another.`,
    );
}

/** A consent with what the law makes of it today. */
export interface ShownConsent extends Omit<ConsentRecord, "isInForce"> {
  isInForce: boolean;
  /** When it ends for marketing: by its record or by the law of the country. Null: never, or it is no consent. */
  endsAt: Date | null;
}

/** Whether a message of each purpose may go to the contact today, as the claim would decide. */
export interface PurposeStanding {
  purpose: MessagePurpose;
  allowed: boolean;
  fault: string | null;
  endsAt: Date | null;
  country: string | null;
}

/** Returns what the contact's page shows of consent, by the function that the claim asks. */
export function consentView(
  contact: Pick<
    Contact,
    | "consentBasis"
    | "consentExpiresAt"
    | "consentSummary"
    | "country"
    | "addressCountry"
    | "phone"
    | "consents"
    | "lineType"
  >,
  now: Date,
  book: RuleBook,
): { consents: ShownConsent[]; standings: PurposeStanding[] } {
  const { country, addressCountry, lineType } = contact;
  const { consents, refused } = consentsOf(contact);
  const phone = { e164: contact.phone, country, lineType, invalidReason: null };
  const standings = MESSAGE_PURPOSES.map((purpose): PurposeStanding => {
    if (refused.includes(purpose))
      return { purpose, allowed: false, fault: "refused", endsAt: null, country };
    const standing = consentStandingOf(
      { consents, phone, addressCountry, purpose, answering: null, book },
      now,
    );
    return standing.allowed
      ? { purpose, allowed: true, fault: null, endsAt: standing.endsAt, country }
      : { purpose, allowed: false, fault: standing.fault, endsAt: null, country: standing.country };
  });
  const countries = addressCountry && addressCountry !== country ? [country, addressCountry] : [country];
  const shown = contact.consents.map((record) => ({ ...record, endsAt: endOf(record, countries, book) }));
  return { consents: shown, standings };
}

function endOf(
  { basis, expiresAt, event, eventAt }: ConsentRecord,
  countries: (string | null)[],
  book: RuleBook,
): Date | null {
  if (basis === "unknown" || basis === "withdrawn") return null;
  const facts = { basis, expiresAt, event: event ? { kind: event, at: eventAt } : null };
  return consentEnd(facts, { purpose: "marketing", countries, laws: book.consent });
}

const auditOf = (tenantId: string, session: { userId: string }, action: string, objectId: string) => ({
  tenantId,
  actorId: session.userId,
  action,
  objectKind: "contact",
  objectId,
});
