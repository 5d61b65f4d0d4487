import { mergeValues } from "@smscrm/core/gates/message-facts";
import { NOBODYS_CODE, RECIPIENT_FIELD } from "@smscrm/core/links/short-link";
import { exampleShortLinks, withShortLinks } from "@smscrm/core/links/written-links";
import { exampleOptOutLink } from "@smscrm/core/text/opt-out-link";
import { segments } from "@smscrm/core/text/segments";
import { snippetNames, withSnippets } from "@smscrm/core/text/snippets";
import { parseTemplate, renderTemplate, STANDARD_FIELDS, unknownFields } from "@smscrm/core/text/template";
import { exampleOfAudience, isInAudience } from "@smscrm/db/audiences/examples";
import { onTenant } from "@smscrm/db/campaigns/launch-copy";
import { findContact } from "@smscrm/db/contacts/contacts";
import { customFieldNames } from "@smscrm/db/contacts/fields";
import { linkBase, readLinkSettings } from "@smscrm/db/links/settings";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import type { Audience } from "@smscrm/db/schema/campaigns";
import { currentSnippets } from "@smscrm/db/templates/snippet-texts";
import { found } from "../../http/refusals.ts";

export interface BodyPreview {
  text: string;
  contactName: string | null;
  /** Whether the contact gets the campaign, as far as its audience decides; null if nobody is in the audience. */
  inAudience: boolean | null;
  /** Fields for which this contact has no value and the template has no fallback. */
  missing: string[];
  /** Fields that no contact has. */
  unknown: string[];
}

/**
 * Renders the text for one contact: the given one, or one of the audience. Its opt-out link is an example of the same
 * length.
 */
export async function previewBody(
  tx: TenantTransaction,
  tenantId: string,
  input: {
    body: string;
    smartEncoding: boolean;
    shortenLinks: boolean;
    audience: Audience;
    contactId?: string | undefined;
    /** Of the text, as a tag; empty: not said. It decides about its snippets. */
    language?: string;
  },
  publicUrl: string,
): Promise<BodyPreview> {
  const names = snippetNames(input.body);
  const snippets = await currentSnippets(onTenant(tx), tenantId, names);
  const base = linkBase(await readLinkSettings(tx, tenantId), publicUrl);
  const contactId = input.contactId ?? (await exampleOfAudience(tx, tenantId, input.audience));
  const contact = contactId ? found(await findContact(tx, tenantId, contactId), "contact") : null;
  const reader = { country: contact?.country ?? null, language: input.language ?? "" };
  const body = withSnippets(input.body, snippets, reader);
  const written = parseTemplate(body);
  const template = input.shortenLinks ? withShortLinks(written, exampleShortLinks(body, base)) : written;
  const values = contact
    ? mergeValues({ ...contact, phoneE164: contact.phone, optOutLink: exampleOptOutLink(publicUrl) })
    : { [RECIPIENT_FIELD]: NOBODYS_CODE };
  const { text, missing } = renderTemplate(template, values);
  const known = [...STANDARD_FIELDS, ...(await customFieldNames(tx, tenantId))];
  return {
    text: input.smartEncoding ? segments(text, { smartEncoding: true }).text : text,
    contactName: contact ? [contact.firstName, contact.lastName].filter(Boolean).join(" ") || null : null,
    inAudience: contactId ? await isInAudience(tx, tenantId, input.audience, contactId) : null,
    missing,
    unknown: unknownFields(written, known),
  };
}
