import { normalisePhone } from "@smscrm/core/contacts/phone";
import type { SuppressionEntry } from "@smscrm/core/suppression/standing";
import { zoneFor } from "@smscrm/core/time/time-zone";
import { recordAudit } from "@smscrm/db/audit/audit";
import { countTags } from "@smscrm/db/contacts/audience";
import { clearUnreachable } from "@smscrm/db/contacts/carrier-feedback";
import * as db from "@smscrm/db/contacts/contacts";
import { numbersOf } from "@smscrm/db/contacts/person/numbers";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import { refusesErased } from "@smscrm/db/privacy/erased-numbers";
import { suppressionOf } from "@smscrm/db/suppression/lists";
import { readKillSwitchTime } from "@smscrm/db/tenants/kill-switch";
import { readSettings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import {
  byId,
  country,
  id,
  locationZone,
  moment,
  note,
  optionalText,
  page,
  rawPhone,
  tag,
  zone,
} from "../http/inputs.ts";
import { contactFilter } from "../http/list-filters.ts";
import { phoneInput } from "../http/phone-input.ts";
import { conflict, forbidden, found } from "../http/refusals.ts";
import { readThread } from "../inbox/conversation.ts";
import { allowed, router } from "../trpc.ts";
import { seesMasked } from "../users/roles/masked-numbers.ts";
import type { Session } from "../users/session.ts";
import { bulk } from "./bulk.ts";
import {
  changeContact,
  changeNumber,
  ERASED,
  NO_FIELD_FILTER,
  newNumber,
  storedField,
} from "./change-contact.ts";
import {
  addConsentInput,
  addConsentTo,
  consentTerms,
  consentView,
  preferenceInput,
  refuseUnknownTopics,
  setPreference,
  toConsent,
  withdrawConsentInput,
  withdrawConsentOf,
} from "./consents.ts";
import { duplicates } from "./merging/duplicates.ts";
import { merges } from "./merging/merges.ts";
import { numbers } from "./merging/numbers.ts";

/** Strict: a field that is not known would be said to be saved, and would not be. */
const change = z.strictObject({
  id,
  /** When the person's page was read: a change since then is refused. */
  updatedAt: moment.optional(),
  firstName: optionalText(100),
  lastName: optionalText(100),
  email: optionalText(254),
  city: optionalText(100),
  state: optionalText(64),
  postcode: optionalText(16),
  addressCountry: country.nullish(),
  /** Custom fields to change, by merge name; null and blank ones are removed. The others stay. */
  custom: z.record(z.string().min(1).max(64), z.string().max(2_000).nullable()).optional(),
  timezone: locationZone.nullish(),
  tags: z.array(tag).max(50).optional(),
});

const newContact = z.strictObject({
  phone: rawPhone,
  firstName: optionalText(100),
  lastName: optionalText(100),
  consentBasis: z.enum(["express", "inferred", "transactional"]),
  consentEvidence: note,
  /** What else is on record of the consent: its wording, date, purposes, event. */
  consent: consentTerms.omit({ basis: true }).default({}),
  tags: z.array(tag).max(50).default([]),
});

export const contacts = router({
  bulk,
  duplicates,
  merges,
  numbers,

  list: allowed("contacts.read")
    .input(page.extend(contactFilter))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) =>
        db.listContacts(tx, ctx.tenantId, { ...input, field: await fieldOf(tx, ctx, input.field) }),
      ),
    ),

  /** Returns how many contacts a filter has. Null for a search, which finds a page at a time. */
  total: allowed("contacts.read")
    .input(z.strictObject(contactFilter))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ contacts: number | null }> => {
        if (input.search) return { contacts: null };
        const field = await fieldOf(tx, ctx, input.field);
        return { contacts: await db.countContacts(tx, ctx.tenantId, { ...input, field }) };
      }),
    ),

  get: allowed("contacts.read")
    .input(byId)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        const contact = found(await db.findContact(tx, ctx.tenantId, input.id), "contact");
        const { consentSummary, ...shown } = contact;
        const { now } = await readKillSwitchTime(tx, ctx.tenantId);
        const zones = [...(await zonesOf(tx, ctx.tenantId, contact))];
        const suppressedBy = await suppressionOf(tx, ctx.tenantId, contact.phone);
        const suppression = JSON.parse(suppressedBy ?? "[]") as SuppressionEntry[];
        const consents = consentView({ ...shown, consentSummary }, now, await readRuleBook(tx));
        const numbers = await numbersOf(tx, ctx.tenantId, input.id);
        return { ...shown, ...consents, zones, suppression, numbers };
      }),
    ),

  conversation: allowed("contacts.read")
    .input(page.extend({ id, viewerZone: zone.optional() }))
    .query(({ ctx, input: { id: contactId, viewerZone, ...request } }) =>
      ctx.inTenant(async (tx) => {
        const contact = found(await db.findContact(tx, ctx.tenantId, contactId), "contact");
        const { timezone } = await readSettings(tx, ctx.tenantId);
        return readThread(tx, ctx.tenantId, contact.phone, request, {
          contactId,
          contactName: [contact.firstName, contact.lastName].filter(Boolean).join(" ") || null,
          zones: await zonesOf(tx, ctx.tenantId, contact),
          viewerZone: viewerZone ?? timezone,
        });
      }),
    ),

  tags: allowed("contacts.read").query(({ ctx }) => ctx.inTenant((tx) => countTags(tx, ctx.tenantId))),

  /** Changes what the input names. A change of the address derives the time zone again, unless the person told it. */
  update: allowed("contacts.write")
    .input(change)
    .mutation(({ ctx, input }) => ctx.inTenant((tx) => changeContact(tx, ctx, input))),

  /** Gives a person a new number, with the consent for it. The old number keeps its history, and gets no more texts. */
  changeNumber: allowed("contacts.write")
    .input(newNumber)
    .mutation(({ ctx, input }) => ctx.inTenant((tx) => changeNumber(tx, ctx, input))),

  /**
   * Marks a number as reachable, because carriers can be wrong and numbers are reassigned. Takes effect at the next
   * claim.
   */
  markReachable: allowed("contacts.write")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        const { invalidReason } = found(await db.findContact(tx, ctx.tenantId, input.id), "contact");
        if (await clearUnreachable(tx, ctx.tenantId, input.id))
          await recordAudit(tx, {
            tenantId: ctx.tenantId,
            actorId: ctx.session.userId,
            action: "contact.reachable-again",
            objectKind: "contact",
            objectId: input.id,
            detail: { was: invalidReason },
          });
        return { ok: true };
      }),
    ),

  /** Records one more consent of a contact. Takes effect at the next claim. */
  addConsent: allowed("contacts.write")
    .input(addConsentInput)
    .mutation(({ ctx, input }) => ctx.inTenant((tx) => addConsentTo(tx, ctx, input))),

  /** Withdraws one consent; the contact keeps the others. Takes effect at the next claim. */
  withdrawConsent: allowed("contacts.write")
    .input(withdrawConsentInput)
    .mutation(({ ctx, input }) => ctx.inTenant((tx) => withdrawConsentOf(tx, ctx, input))),

  /** Records that a contact does not want a purpose or topic, or wants it again. Takes effect at the next claim. */
  setPreference: allowed("contacts.write")
    .input(preferenceInput)
    .mutation(({ ctx, input }) => ctx.inTenant((tx) => setPreference(tx, ctx, input))),

  add: allowed("contacts.write")
    .input(newContact)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        await refuseUnknownTopics(tx, ctx.tenantId, input.consent.topics ?? []);
        const { country, timezone, trustTenantZone } = await readSettings(tx, ctx.tenantId);
        const phone = phoneInput(normalisePhone(input.phone, country));
        const location = zoneFor({
          stated: null,
          postcode: null,
          state: null,
          e164: phone.e164,
          country: phone.country,
          lineType: phone.lineType,
          tenantZone: timezone,
          tenantCountry: country,
          trustTenantZone,
        });
        if (await refusesErased(tx, ctx.tenantId, phone.e164)) throw conflict(ERASED);
        const contactId = await db.insertContact(tx, ctx.tenantId, {
          phoneE164: phone.e164,
          country: phone.country,
          lineType: phone.lineType,
          firstName: input.firstName ?? null,
          lastName: input.lastName ?? null,
          timezone: location.zones.length === 1 ? location.zones[0]! : null,
          timezoneSource: location.zones.length === 1 ? location.source : "unknown",
          tags: input.tags,
          consent: toConsent(
            { ...input.consent, basis: input.consentBasis, note: input.consentEvidence },
            ctx.session.userId,
          ),
        });
        if (!contactId)
          throw conflict("A contact with this number exists already. Search for the number to find it.");
        await recordAudit(tx, {
          tenantId: ctx.tenantId,
          actorId: ctx.session.userId,
          action: "contact.add",
          objectKind: "contact",
          objectId: contactId,
          detail: { consentBasis: input.consentBasis },
        });
        return { id: contactId };
      }),
    ),
});

/** Values could be tried until they give a number away, so members who see numbers masked can't filter by them. */
function fieldOf(
  tx: Parameters<typeof readSettings>[0],
  ctx: { tenantId: string; session: Session },
  field: { name: string; value: string } | undefined,
) {
  if (field && seesMasked(ctx.session)) throw forbidden(NO_FIELD_FILTER);
  return storedField(tx, ctx, field);
}

/** Returns the zones that a contact may be in, by the rule of the quiet-hours gate. */
async function zonesOf(
  tx: Parameters<typeof readSettings>[0],
  tenantId: string,
  contact: db.Contact,
): Promise<readonly string[]> {
  const tenant = await readSettings(tx, tenantId);
  const { states } = await readRuleBook(tx);
  return zoneFor({
    states,
    stated: contact.timezone,
    postcode: contact.postcode,
    state: contact.state,
    e164: contact.phone,
    country: contact.country,
    addressCountry: contact.addressCountry,
    lineType: contact.lineType,
    tenantZone: tenant.timezone,
    tenantCountry: tenant.country,
    trustTenantZone: tenant.trustTenantZone,
  }).zones;
}
