import { NOBODYS_CODE, RECIPIENT_FIELD } from "@smscrm/core/links/short-link";
import { exampleShortLinks, withShortLinks } from "@smscrm/core/links/written-links";
import { exampleOptOutLink } from "@smscrm/core/text/opt-out-link";
import { parseTemplate, renderTemplate, type STANDARD_FIELDS } from "@smscrm/core/text/template";
import { lookUp } from "../../../ui/words/look-up.ts";

/** Values of a typical length, so that the count is about right before a contact is chosen. */
const TYPICAL = {
  first_name: "Alexandra",
  last_name: "Thompson",
  phone: "+61491570006",
  email: "alexandra@example.com",
  city: "Melbourne",
  state: "VIC",
  postcode: "3000",
} satisfies Record<Exclude<(typeof STANDARD_FIELDS)[number], "opt_out_link">, string>;

/**
 * Renders a text with typical values. `origin` is where opt-out links lead, and `linkBase` where short links do, if its links
 * are shortened; both are as long for everyone.
 */
export function typicalText(body: string, origin: string, linkBase: string | null = null): string {
  const written = parseTemplate(body);
  const template = linkBase === null ? written : withShortLinks(written, exampleShortLinks(body, linkBase));
  const known = { ...TYPICAL, opt_out_link: exampleOptOutLink(origin), [RECIPIENT_FIELD]: NOBODYS_CODE };
  const values = template.fields.map(({ name }) => [name, lookUp(known, name) ?? "something"]);
  return renderTemplate(template, Object.fromEntries(values)).text;
}
