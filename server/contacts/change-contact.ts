import { addressZone } from "@smscrm/core/contacts/address-zone";
import { normalisePhone } from "@smscrm/core/contacts/phone";
import { readValue, readValues } from "@smscrm/core/fields/value";
import { recordAudit } from "@smscrm/db/audit/audit";
import { moveToNumber } from "@smscrm/db/contacts/change-number";
import * as db from "@smscrm/db/contacts/contacts";
import { listFields } from "@smscrm/db/contacts/fields";
import { numbersOf } from "@smscrm/db/contacts/person/numbers";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { refusesErased } from "@smscrm/db/privacy/erased-numbers";
import { readSettings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import { id, note, rawPhone } from "../http/inputs.ts";
import { phoneInput } from "../http/phone-input.ts";
import { badRequest, conflict, found } from "../http/refusals.ts";
import { consentTerms, refuseUnknownTopics, toConsent } from "./consents.ts";

interface Asking {
  tenantId: string;
  session: { userId: string; tenant: { country: string } };
}

interface Change extends Omit<db.ContactChange, "zone" | "custom"> {
  id: string;
  updatedAt?: Date;
  timezone?: string | null;
  custom?: Record<string, string | null>;
}

export const ERASED =
  "This person was erased, and nothing can be sent to them. To add them again, an admin lifts the erasure on the privacy desk.";
const MERGED_AWAY =
  "This contact was merged into another, which has the person's details now. Reload to see it, and change that one.";
const CHANGED =
  "Someone else changed this contact while you edited it. Reload to see their version, then make your change again.";

/** Changes a contact's details, custom fields included, each read by its type. */
export async function changeContact(
  tx: TenantTransaction,
  ctx: Asking,
  { id: contactId, updatedAt, timezone, custom, ...input }: Change,
): Promise<{ ok: true }> {
  const contact = found(await db.findContact(tx, ctx.tenantId, contactId), "contact");
  if (contact.mergedInto) throw conflict(MERGED_AWAY);
  const values = custom === undefined ? {} : { custom: await readCustom(tx, ctx, custom) };
  const zone = zoneAfter(contact, input, timezone);
  const change = { ...input, ...values, ...(zone ? { zone } : {}) };
  if (!(await db.updateContact(tx, ctx.tenantId, contactId, change, updatedAt ?? null)))
    throw conflict(CHANGED);
  await recordAudit(tx, {
    tenantId: ctx.tenantId,
    actorId: ctx.session.userId,
    action: "contact.update",
    objectKind: "contact",
    objectId: contactId,
    detail: { fields: [...Object.keys(input), ...Object.keys(custom ?? {}), ...(zone ? ["timezone"] : [])] },
  });
  return { ok: true };
}

async function readCustom(tx: TenantTransaction, ctx: Asking, given: Record<string, string | null>) {
  const fields = await listFields(tx, ctx.tenantId);
  const read = readValues(fields, given, ctx.session.tenant.country);
  if (read.ok) return read.values;
  const label = fields.find(({ name }) => name === read.name)?.label ?? read.name;
  throw badRequest(`${label}: ${read.problem}`);
}

/** Returns the zone after a change: the person's own word, or what the new address says; null if it stays. */
function zoneAfter(
  contact: db.Contact,
  change: Omit<db.ContactChange, "zone" | "custom">,
  timezone: string | null | undefined,
): db.ContactChange["zone"] | null {
  if (timezone) return { timezone, timezoneSource: "stated" };
  const moved = ["state", "postcode", "addressCountry"].some((key) => Object.hasOwn(change, key));
  if (timezone === undefined && (contact.timezoneSource === "stated" || !moved)) return null;
  const { phone: e164, country, lineType, state, postcode, addressCountry } = { ...contact, ...change };
  return addressZone({ stated: null, postcode, state, country, addressCountry, lineType, e164 });
}

export const NO_FIELD_FILTER = "You see numbers masked, so you can't filter by custom fields.";

/** Returns the stored form of a filter's value, or the value itself where the field can't have it: then nobody does. */
export async function storedField(
  tx: TenantTransaction,
  ctx: Asking,
  field: { name: string; value: string } | undefined,
): Promise<{ name: string; value: string } | null> {
  if (!field) return null;
  const known = (await listFields(tx, ctx.tenantId)).find(({ name }) => name === field.name);
  if (!known) throw badRequest("There is no such field. Choose another.");
  const reading = readValue(known, field.value, ctx.session.tenant.country);
  if (!reading.ok) throw badRequest(`${known.label}: ${reading.problem}`);
  return { name: known.name, value: reading.value ?? field.value };
}

export const newNumber = z.strictObject({
  id,
  phone: rawPhone,
  consentBasis: z.enum(["express", "inferred", "transactional"]),
  consentEvidence: note,
  consent: consentTerms.omit({ basis: true }).default({}),
});

const MOVED = "This person has another number now.";

/** A new number is no way around an opt-out: a person who opted out, or withdrew, can't be moved. */
export async function changeNumber(
  tx: TenantTransaction,
  ctx: Asking,
  input: z.output<typeof newNumber>,
): Promise<{ id: string }> {
  await refuseUnknownTopics(tx, ctx.tenantId, input.consent.topics ?? []);
  const old = found(await db.findContact(tx, ctx.tenantId, input.id), "contact");
  if (old.mergedInto) throw conflict(MERGED_AWAY);
  if ((await numbersOf(tx, ctx.tenantId, input.id)).length > 1)
    throw conflict("This contact has several numbers. Add the new number, and make it the preferred one.");
  if (old.doNotContact || old.consentBasis === "withdrawn")
    throw conflict("This person opted out. A new number would not change that, so it can't be entered here.");
  const tenant = await readSettings(tx, ctx.tenantId);
  const { e164, country, lineType } = phoneInput(normalisePhone(input.phone, tenant.country));
  if (e164 === old.phone) throw badRequest("This is the number that the contact has.");
  if (await refusesErased(tx, ctx.tenantId, e164)) throw conflict(ERASED);
  const stated = old.timezoneSource === "stated" ? old.timezone : null;
  const { state, postcode, addressCountry } = old;
  const zone = addressZone({ stated, postcode, state, country, addressCountry, lineType, e164 });
  const made = await moveToNumber(tx, ctx.tenantId, old, {
    ...{
      phoneE164: e164,
      country,
      lineType,
      firstName: old.firstName,
      lastName: old.lastName,
      tags: old.tags,
    },
    ...(stated ? { timezone: stated, timezoneSource: "stated" } : zone),
    consent: toConsent(
      { ...input.consent, basis: input.consentBasis, note: input.consentEvidence },
      ctx.session.userId,
    ),
    ...{ why: MOVED, recordedBy: ctx.session.userId },
  });
  if (made === null)
    throw conflict("A contact with this number exists already. Search for the number to find it.");
  const about = { tenantId: ctx.tenantId, actorId: ctx.session.userId, action: "contact.change-number" };
  await recordAudit(tx, { ...about, objectKind: "contact", objectId: made, detail: { was: input.id } });
  return { id: made };
}
