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

/** Renders a text with typical values. `origin` is where opt-out links lead; they are as long for everyone. */
export function typicalText(body: string, origin: string): string {
  const template = parseTemplate(body);
  const known = { ...TYPICAL, opt_out_link: exampleOptOutLink(origin) };
  const values = template.fields.map(({ name }) => [name, lookUp(known, name) ?? "something"]);
  return renderTemplate(template, Object.fromEntries(values)).text;
}
