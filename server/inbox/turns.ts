import { explainVerdict } from "@smscrm/core/explain";
import { mergeValues } from "@smscrm/core/message-facts";
import { parseTemplate, renderTemplate } from "@smscrm/core/template";
import type { TenantTransaction } from "@smscrm/db/connection";
import { findContact } from "@smscrm/db/contacts";
import { listTurns, type Turn } from "@smscrm/db/conversations";
import type { Page, PageRequest } from "@smscrm/db/page";

/** A turn as the page shows it: what waits or was refused says why, in a sentence. */
export type ShownTurn = Omit<Turn, "verdict"> & { sentence: string | null };

export interface Reader {
  contactId: string | null;
  contactName: string | null;
  /** Where the person may be. */
  zones: readonly string[];
  viewerZone: string;
}

/** One page of a conversation, newest first. */
export async function readTurns(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  request: PageRequest,
  { contactId, contactName, zones, viewerZone }: Reader,
): Promise<Page<ShownTurn>> {
  const page = await listTurns(tx, tenantId, phone, request);
  const context = { contactName, recipientZones: zones, viewerZone, now: new Date() };
  const texts = page.items.some(isTemplate) ? await templatesFor(tx, tenantId, contactId) : null;
  const items = page.items.map(({ verdict, ...turn }) => {
    const body = texts && isTemplate(turn) ? texts(turn.body) : turn.body;
    const decided = turn.status === "queued" || turn.status === "failed";
    const tells = decided && verdict !== null && verdict.kind !== "send";
    return { ...turn, body, sentence: tells ? explainVerdict(verdict, context) : null };
  });
  return { ...page, items };
}

/** A test that waits or was refused before it got a text of its own: what it holds is the campaign's. */
function isTemplate({
  direction,
  campaign,
  fromPhone,
}: Pick<Turn, "direction" | "campaign" | "fromPhone">): boolean {
  return direction === "out" && campaign?.kind === "test" && fromPhone === null;
}

/** Renders a body as this person would read it now. */
async function templatesFor(tx: TenantTransaction, tenantId: string, contactId: string | null) {
  const contact = contactId ? await findContact(tx, tenantId, contactId) : null;
  const values = contact ? mergeValues({ ...contact, phoneE164: contact.phone }) : {};
  return (body: string) => renderTemplate(parseTemplate(body), values).text;
}
