import { checkTemplate } from "@smscrm/core/campaigns/campaign";
import { segments } from "@smscrm/core/text/segments";
import { findCampaign } from "@smscrm/db/campaigns/campaigns";
import { findContact } from "@smscrm/db/contacts/contacts";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import { findOneMessage, insertOneMessage } from "@smscrm/db/send/one-message";
import { badRequest, conflict, found } from "../http/refusals.ts";
import { type Asking, auditCampaign } from "./audit.ts";

/** A test is useless if it can't be sent soon. */
const EXPIRES_IN_HOURS = 1;

export interface TestAsked {
  /** Chosen by the caller: a repeated id sends nothing again. */
  testId: string;
  campaignId: string;
  contactId: string;
}

/**
 * Sends a campaign's text to one contact, with the same gates and the same price. It is a message of its own: the
 * campaign still goes to this contact later.
 */
export function sendTest(
  asking: Asking,
  { testId, campaignId, contactId }: TestAsked,
): Promise<{ sendJobId: string }> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx) => {
    const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
    const contact = found(await findContact(tx, tenantId, contactId), "contact");
    const [fault] = checkTemplate(campaign.body, await customFieldNames(tx, tenantId)).errors;
    if (fault) throw badRequest(fault);
    const { smartEncoding, body, name, purpose, topic } = campaign;
    const made = await insertOneMessage(tx, tenantId, {
      id: testId,
      kind: "test",
      name: `Test of ${name}`.slice(0, 120),
      body,
      smartEncoding,
      purpose,
      topic,
      contactId: contact.id,
      createdBy: session.userId,
      expiresInHours: EXPIRES_IN_HOURS,
      segmentsEstimate: Math.max(1, segments(body, { smartEncoding }).segments),
    });
    if (!made) {
      const before = await findOneMessage(tx, tenantId, testId);
      if (!before) throw conflict("This test could not be queued. Reload the page and send it again.");
      return before;
    }
    await auditCampaign(tx, asking, "campaign.test", campaignId, { contactId, sendJobId: made.sendJobId });
    return made;
  });
}
