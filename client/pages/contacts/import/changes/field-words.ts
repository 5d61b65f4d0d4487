import { consentWords } from "@smscrm/core/explain/consent-words";
import { lookUp } from "../../../../ui/words/look-up.ts";

const FIELDS: Readonly<Record<string, string>> = {
  country: "Country of the number",
  first_name: "First name",
  last_name: "Last name",
  email: "Email",
  city: "City",
  state: "State",
  postcode: "Postcode",
  address_country: "Country of the address",
  tags: "Tags",
  timezone: "Time zone",
  zone: "Time zone",
  consent_basis: "Consent",
  consent: "Consent",
};

const WHOLE: Readonly<Record<string, string>> = {
  texted: "Texted since, or in a campaign",
  replied: "Replied since",
  changed: "Changed since",
  "newer-import": "In a later import",
  busy: "Wrote at that moment",
  "opted-out": "Opted out since",
  "do-not-contact": "The do-not-contact entry changed since",
  "added-again": "Added again since",
};

const CUSTOM = "custom.";

/** Returns the name of a field that an import changed. A custom field has its merge name. */
export const fieldWords = (name: string): string =>
  name.startsWith(CUSTOM) ? name.slice(CUSTOM.length) : (lookUp(FIELDS, name) ?? name);

/** Returns a value as a member reads it. */
export const valueWords = (name: string, value: string | null): string => {
  if (value === null || value === "") return "empty";
  return name === "consent_basis" ? consentWords(value as Parameters<typeof consentWords>[0]) : value;
};

/** Returns why an undo kept a contact, or which of its fields. */
export function keptWords(kept: readonly string[]): string {
  const whole = kept.flatMap((why) => lookUp(WHOLE, why) ?? []);
  const fields = kept.filter((why) => lookUp(WHOLE, why) === undefined).map(fieldWords);
  return [...whole, ...(fields.length > 0 ? [`Changed since: ${fields.join(", ")}`] : [])].join(" · ");
}
