import { explainVerdict } from "@smscrm/core/explain/explain";
import { mergeValues } from "@smscrm/core/gates/message-facts";
import { parseTemplate, renderTemplate } from "@smscrm/core/text/template";
import { findContact } from "@smscrm/db/contacts/contacts";
import { listThreadMessages, type ThreadMessage } from "@smscrm/db/inbox/conversations";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import type { Page, PageRequest } from "@smscrm/db/postgres/page";

/** A message as the page shows it. If it waits or was refused, the sentence says why. */
export type ShownMessage = Omit<ThreadMessage, "verdict"> & { sentence: string | null };

export interface Reader {
  contactId: string | null;
  contactName: string | null;
  /** The zones that the contact may be in. */
  zones: readonly string[];
  viewerZone: string;
}

/** Returns one page of a conversation, newest first. */
export async function readThread(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  request: PageRequest,
  { contactId, contactName, zones, viewerZone }: Reader,
): Promise<Page<ShownMessage>> {
  const page = await listThreadMessages(tx, tenantId, phone, request);
  const context = { contactName, recipientZones: zones, viewerZone, now: new Date() };
  const texts = page.items.some(isTemplate) ? await templatesFor(tx, tenantId, contactId) : null;
  const items = page.items.map(({ verdict, ...message }) => {
    const body = texts && isTemplate(message) ? texts(message.body) : message.body;
    const decided = message.status === "queued" || message.status === "failed";
    const explains = decided && verdict !== null && verdict.kind !== "send";
    return { ...message, body, sentence: explains ? explainVerdict(verdict, context) : null };
  });
  return { ...page, items };
}

/** A test or a reply that was not rendered yet still has the template as its body. */
function isTemplate({
  direction,
  campaign,
  fromPhone,
}: Pick<ThreadMessage, "direction" | "campaign" | "fromPhone">): boolean {
  const isOne = campaign?.kind === "test" || campaign?.kind === "reply";
  return direction === "out" && isOne && fromPhone === null;
}

/** Renders a body as this contact would read it now. */
async function templatesFor(tx: TenantTransaction, tenantId: string, contactId: string | null) {
  const contact = contactId ? await findContact(tx, tenantId, contactId) : null;
  const values = contact ? mergeValues({ ...contact, phoneE164: contact.phone }) : {};
  return (body: string) => renderTemplate(parseTemplate(body), values).text;
}
