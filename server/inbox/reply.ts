import { checkTemplate } from "@smscrm/core/campaign";
import { normalisePhone } from "@smscrm/core/phone";
import { segments } from "@smscrm/core/segments";
import { zoneFor } from "@smscrm/core/time-zone";
import { customFieldNames } from "@smscrm/db/audience";
import { recordAudit } from "@smscrm/db/audit";
import type { TenantTransaction } from "@smscrm/db/connection";
import { insertContact } from "@smscrm/db/contacts";
import { findCorrespondent } from "@smscrm/db/inbox";
import { findOneMessage, insertOneMessage } from "@smscrm/db/one-message";
import { readSettings } from "@smscrm/db/settings";
import type { Asking } from "../campaigns/audit.ts";
import { phoneInput } from "../phone-input.ts";
import { badRequest, conflict } from "../refusals.ts";

export interface Reply {
  /** Chosen by the caller: the same id again sends nothing twice. */
  id: string;
  phone: string;
  body: string;
}

/** An answer that could not go for a day is no answer any more. */
const EXPIRES_IN_HOURS = 24;

/** Queues a reply. The worker's claim asks the ten gates about it like about any message, and says why if it may not go. */
export function reply(asking: Asking, { id, phone, body }: Reply): Promise<{ sendJobId: string }> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx) => {
    const [fault] = checkTemplate(body, await customFieldNames(tx, tenantId)).errors;
    if (fault) throw badRequest(fault);
    const { contactId } = await findCorrespondent(tx, tenantId, phone);
    const to = contactId ?? (await addCorrespondent(tx, asking, phone));
    const made = await insertOneMessage(tx, tenantId, {
      id,
      kind: "reply",
      name: "Reply",
      body,
      smartEncoding: false,
      contactId: to,
      createdBy: session.userId,
      expiresInHours: EXPIRES_IN_HOURS,
      segmentsEstimate: Math.max(1, segments(body).segments),
    });
    if (!made) return sentBefore(tx, tenantId, id);
    await recordAudit(tx, {
      tenantId,
      actorId: session.userId,
      action: "message.reply",
      objectKind: "message",
      objectId: made.sendJobId,
      detail: { contactId: to },
    });
    return made;
  });
}

/** Asked again after a lost answer: what was queued then. An id that is somebody else's is refused. */
async function sentBefore(tx: TenantTransaction, tenantId: string, id: string) {
  const before = await findOneMessage(tx, tenantId, id);
  if (!before) throw conflict("This reply could not be queued. Reload the page and send it again.");
  return before;
}

/** Somebody who wrote without being in the book: added as they are, without consent, so that no campaign texts them. */
async function addCorrespondent(
  tx: TenantTransaction,
  { tenantId, session }: Asking,
  raw: string,
): Promise<string> {
  const { country, timezone, trustTenantZone } = await readSettings(tx, tenantId);
  const phone = phoneInput(normalisePhone(raw, country));
  const place = zoneFor({
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
  const only = place.zones.length === 1 ? place.zones[0]! : null;
  const added = await insertContact(tx, tenantId, {
    phoneE164: phone.e164,
    country: phone.country,
    lineType: phone.lineType,
    firstName: null,
    lastName: null,
    timezone: only,
    timezoneSource: only ? place.source : "unknown",
    tags: [],
    consentBasis: "unknown",
    consentEvidence: { note: "Wrote to us first" },
    recordedBy: session.userId,
  });
  if (!added) throw conflict("Somebody has just added this person. Send the reply again.");
  return added;
}
