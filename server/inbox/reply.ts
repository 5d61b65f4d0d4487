import { checkTemplate } from "@smscrm/core/campaigns/campaign";
import { normalisePhone } from "@smscrm/core/contacts/phone";
import { segments } from "@smscrm/core/text/segments";
import { zoneFor } from "@smscrm/core/time/time-zone";
import { recordAudit } from "@smscrm/db/audit/audit";
import { insertContact } from "@smscrm/db/contacts/contacts";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import { type ColleaguesReply, findCorrespondent, findNewerReply } from "@smscrm/db/inbox/inbox";
import { takeConversation } from "@smscrm/db/inbox/team";
import { noteReplyTime } from "@smscrm/db/inbox/team/reply-times";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { findOneMessage, insertOneMessage } from "@smscrm/db/send/one-message";
import { readSettings } from "@smscrm/db/tenants/settings";
import type { Asking } from "../campaigns/audit.ts";
import { phoneInput } from "../http/phone-input.ts";
import { badRequest, conflict } from "../http/refusals.ts";

export interface Reply {
  /** Chosen by the caller: a repeated id sends nothing again. */
  id: string;
  phone: string;
  body: string;
  /** The newest message of the conversation that the writer saw. Then a colleague's newer reply refuses this one. */
  seenUpTo?: string | undefined;
}

/** A reply that could not be sent for a day is too old to send. */
const EXPIRES_IN_HOURS = 24;

/**
 * Queues a reply. The worker's claim asks the eleven gates about it, like about any message, and records why if it may
 * not be sent.
 */
export function reply(asking: Asking, { id, phone, body, seenUpTo }: Reply): Promise<{ sendJobId: string }> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx) => {
    const [fault] = checkTemplate(body, await customFieldNames(tx, tenantId)).errors;
    if (fault) throw badRequest(fault);
    const { contactId } = await findCorrespondent(tx, tenantId, phone);
    const to = contactId ?? (await addCorrespondent(tx, asking, phone));
    if (seenUpTo !== undefined) {
      const unseen = { phone, contactId: to, seenUpTo, by: session.userId };
      const newer = await findNewerReply(tx, tenantId, unseen);
      if (newer && !(await findOneMessage(tx, tenantId, id))) throw conflict(repliedWords(newer));
    }
    const made = await insertOneMessage(tx, tenantId, {
      id,
      kind: "reply",
      name: "Reply",
      body,
      smartEncoding: false,
      purpose: "transactional",
      topic: null,
      contactId: to,
      createdBy: session.userId,
      expiresInMinutes: EXPIRES_IN_HOURS * 60,
      segmentsEstimate: Math.max(1, segments(body).segments),
    });
    if (!made) return sentBefore(tx, tenantId, id);
    const member = { tenantId, userId: session.userId };
    await noteReplyTime(tx, member, { replyId: id, ...made, phone, contactId: to });
    await takeConversation(tx, member, phone);
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

const QUOTED_MAX = 80;

function repliedWords({ author, body }: ColleaguesReply): string {
  const quoted = body.length > QUOTED_MAX ? `${body.slice(0, QUOTED_MAX).trimEnd()}…` : body;
  return `Not sent: ${author ?? "A colleague"} has just replied: “${quoted}”. Send again if your reply is still needed.`;
}

/** Returns what was queued by an earlier request with this id. Another tenant's id is refused. */
async function sentBefore(tx: TenantTransaction, tenantId: string, id: string) {
  const before = await findOneMessage(tx, tenantId, id);
  if (!before) throw conflict("This reply could not be queued. Reload the page and send it again.");
  return before;
}

/** Adds an unknown writer as a contact without consent, so that no campaign texts them. */
async function addCorrespondent(
  tx: TenantTransaction,
  { tenantId, session }: Asking,
  raw: string,
): Promise<string> {
  const { country, timezone, trustTenantZone } = await readSettings(tx, tenantId);
  const phone = phoneInput(normalisePhone(raw, country));
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
  const only = location.zones.length === 1 ? location.zones[0]! : null;
  const added = await insertContact(tx, tenantId, {
    phoneE164: phone.e164,
    country: phone.country,
    lineType: phone.lineType,
    firstName: null,
    lastName: null,
    timezone: only,
    timezoneSource: only ? location.source : "unknown",
    tags: [],
    consent: null,
    withoutConsent: { note: "Wrote to us first", recordedBy: session.userId },
  });
  if (!added) throw conflict("Someone has just added this contact. Send the reply again.");
  return added;
}
