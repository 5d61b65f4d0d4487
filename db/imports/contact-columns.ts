import type { FileConsent } from "@smscrm/core/consent/imported";
import type { ImportContact } from "@smscrm/core/contacts/import-rows";
import { textArray } from "../postgres/array-literal.ts";

export interface ImportBatch {
  importId: string;
  tenantId: string;
  consentBasis: string | null;
  /** What else holds for the consent of every row; null: nothing. */
  consent: FileConsent | null;
  /** The evidence stored with each consent; the row's line is added to it. */
  evidence: Record<string, string>;
  recordedBy: string | null;
  contacts: ContactColumns;
}

/** Contacts by column, as array literals for the database. */
export type ContactColumns = Record<
  (typeof COLUMNS)[number] | "custom" | "tags" | "line" | "said" | "terms",
  string
>;

const COLUMNS = [
  "phoneE164",
  "country",
  "lineType",
  "firstName",
  "lastName",
  "email",
  "city",
  "state",
  "postcode",
  "addressCountry",
  "timezone",
  "timezoneSource",
] as const;

/** Converts a batch for the database. No number may be in it twice. */
export function contactColumns(contacts: readonly ImportContact[]): ContactColumns {
  const named = COLUMNS.map((key) => [key, textArray(contacts.map((contact) => contact[key]))] as const);
  return {
    ...(Object.fromEntries(named) as Record<(typeof COLUMNS)[number], string>),
    custom: textArray(contacts.map(({ custom }) => (hasKeys(custom) ? JSON.stringify(custom) : null))),
    tags: textArray(contacts.map(({ tags }) => tags.join(TAG_SEPARATOR))),
    said: textArray(contacts.map(({ evidence }) => (hasKeys(evidence) ? JSON.stringify(evidence) : null))),
    terms: textArray(contacts.map(({ terms }) => (terms ? JSON.stringify(terms) : null))),
    line: `{${contacts.map(({ line }) => line).join(",")}}`,
  };
}

/** Separates the tags of one contact, and never occurs in them: `unnest` flattens arrays of arrays. */
export const TAG_SEPARATOR = "\u001f";

function hasKeys(record: Record<string, string>): boolean {
  for (const _ in record) return true;
  return false;
}
