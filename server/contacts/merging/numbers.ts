import { normalisePhone } from "@smscrm/core/contacts/phone";
import { zoneFor } from "@smscrm/core/time/time-zone";
import { recordAudit } from "@smscrm/db/audit/audit";
import {
  type NumberOutcome,
  preferNumber,
  removeNumber,
  shareWithNumbers,
} from "@smscrm/db/changes/merging/prefer";
import { contactIdOf, insertContact } from "@smscrm/db/contacts/contacts";
import { lockMain } from "@smscrm/db/contacts/person/numbers";
import { refusesErased } from "@smscrm/db/privacy/erased-numbers";
import { readSettings } from "@smscrm/db/tenants/settings";
import { z } from "zod";
import { id, note, rawPhone } from "../../http/inputs.ts";
import { phoneInput } from "../../http/phone-input.ts";
import { conflict, notFound } from "../../http/refusals.ts";
import { allowed, router } from "../../trpc.ts";
import { ERASED } from "../change-contact.ts";
import { toConsent } from "../consents.ts";

const newNumber = z.strictObject({
  id,
  phone: rawPhone,
  /** Null: no consent for this number. Then no campaign may text it, should it become the preferred one. */
  consentBasis: z.enum(["express", "inferred", "transactional"]).nullable(),
  note,
});

const oneNumber = z.strictObject({ id, numberId: id });

const BUSY =
  "A reply of this person is arriving, or somebody is changing their numbers. Try again in a moment.";
const NOT_THEIRS =
  "This is no further number of the contact any more. Somebody may have made it the preferred one or removed it: reload to see.";

export const numbers = router({
  /**
   * Adds a further number to a contact. Campaigns go on texting the preferred one; replies from both are the same person's. An
   * opt-out on any of them holds for all.
   */
  add: allowed("contacts.write")
    .input(newNumber)
    .mutation(async ({ ctx, input }): Promise<{ id: string }> => {
      const { tenantId, session, dependencies } = ctx;
      const added = await ctx.inTenant(async (tx) => {
        const { country, timezone, trustTenantZone } = await readSettings(tx, tenantId);
        const phone = phoneInput(normalisePhone(input.phone, country));
        if (await refusesErased(tx, tenantId, phone.e164)) throw conflict(ERASED);
        if (!(await lockMain(tx, tenantId, input.id))) throw notFound("contact");
        if (await contactIdOf(tx, tenantId, phone.e164))
          throw conflict(
            "A contact has this number already. Merge the two contacts, if they are one person.",
          );
        const location = zoneFor({
          ...{ stated: null, postcode: null, state: null, trustTenantZone },
          ...{ e164: phone.e164, country: phone.country, lineType: phone.lineType },
          ...{ tenantZone: timezone, tenantCountry: country },
        });
        const zone = location.zones.length === 1 ? location.zones[0]! : null;
        const { consentBasis, note: written } = input;
        const contactId = await insertContact(tx, tenantId, {
          ...{ phoneE164: phone.e164, country: phone.country, lineType: phone.lineType },
          ...{ firstName: null, lastName: null, tags: [], mergedInto: input.id },
          ...{ timezone: zone, timezoneSource: zone ? location.source : "unknown" },
          consent: consentBasis ? toConsent({ basis: consentBasis, note: written }, session.userId) : null,
          ...(consentBasis ? {} : { withoutConsent: { note: written, recordedBy: session.userId } }),
        });
        if (!contactId) throw conflict("Somebody added this number at the same moment. Reload to see it.");
        await recordAudit(tx, {
          ...{ tenantId, actorId: session.userId, action: "contact.add-number" },
          ...{ objectKind: "contact", objectId: input.id, detail: { contactId, consentBasis } },
        });
        return contactId;
      });
      // What the person refused on one number holds for this one, too. If this fails, it is done before the number is preferred.
      await shareWithNumbers(dependencies.pipeline, tenantId, input.id, session.userId);
      return { id: added };
    }),

  /** Makes a further number the one that campaigns text. The contact's page moves to it. */
  prefer: allowed("contacts.write")
    .input(oneNumber)
    .mutation(async ({ ctx, input }): Promise<{ id: string }> => {
      const order = { tenantId: ctx.tenantId, contactId: input.id, ...input, by: ctx.session.userId };
      refuse(await preferNumber(ctx.dependencies.pipeline, order));
      return { id: input.numberId };
    }),

  /** Removes a further number. What was sent to it and said from it stays on record under the number. */
  remove: allowed("contacts.delete")
    .input(oneNumber)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const order = { tenantId: ctx.tenantId, contactId: input.id, ...input, by: ctx.session.userId };
      refuse(await removeNumber(ctx.dependencies.pipeline, order));
      return { ok: true };
    }),
});

function refuse(outcome: NumberOutcome): void {
  if (outcome === "busy") throw conflict(BUSY);
  if (outcome === "gone") throw notFoundNumber();
}

const notFoundNumber = () => conflict(NOT_THEIRS);
