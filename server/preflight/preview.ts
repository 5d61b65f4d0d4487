import { mergeValues } from "@smscrm/core/message-facts";
import { segments } from "@smscrm/core/segments";
import { parseTemplate, renderTemplate, STANDARD_FIELDS, unknownFields } from "@smscrm/core/template";
import { customFieldNames } from "@smscrm/db/audience";
import type { TenantTransaction } from "@smscrm/db/connection";
import { findContact, listContacts } from "@smscrm/db/contacts";
import { found } from "../refusals.ts";

export interface BodyPreview {
  text: string;
  contactName: string | null;
  /** Fields that this person has no value for and the template no fallback. */
  missing: string[];
  /** Fields that no contact has. */
  unknown: string[];
}

/** The text as one person will read it: the given contact, or the newest. */
export async function previewBody(
  tx: TenantTransaction,
  tenantId: string,
  input: { body: string; smartEncoding: boolean; contactId?: string },
): Promise<BodyPreview> {
  const template = parseTemplate(input.body);
  const contactId = input.contactId ?? (await listContacts(tx, tenantId, { limit: 1 })).items[0]?.id;
  const contact = contactId ? found(await findContact(tx, tenantId, contactId), "contact") : null;
  const values = contact ? mergeValues({ ...contact, phoneE164: contact.phone }) : {};
  const { text, missing } = renderTemplate(template, values);
  const known = [...STANDARD_FIELDS, ...(await customFieldNames(tx, tenantId))];
  return {
    text: input.smartEncoding ? segments(text, { smartEncoding: true }).text : text,
    contactName: contact ? [contact.firstName, contact.lastName].filter(Boolean).join(" ") || null : null,
    missing,
    unknown: unknownFields(template, known),
  };
}
