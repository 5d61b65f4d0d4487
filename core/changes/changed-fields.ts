import type { ContactValues, Json } from "./undo-change.ts";

/** A field that an import changes. Null: no value. */
export interface ChangedField {
  /** A column of contacts, or `custom.NAME`. */
  name: string;
  before: string | null;
  after: string | null;
}

/** The columns that a member reads about, in the order of a contact's page. Others are the program's, or go with one of these. */
const SHOWN = [
  ...["first_name", "last_name", "email", "city", "state", "postcode", "address_country", "country"],
  ...["timezone", "tags", "consent_basis"],
];

/** Returns what a logged change means to a reader: each field that differs, with its value before and after. */
export function changedFields(before: ContactValues, after: ContactValues): ChangedField[] {
  const fields = SHOWN.map((name) => ({
    name,
    before: written(before[name]),
    after: written(after[name]),
  }));
  const [was, became] = [before.custom, after.custom].map((custom) => (custom ?? {}) as Record<string, Json>);
  const custom = Object.keys(became!).map((name) => ({
    name: `custom.${name}`,
    before: written(was![name]),
    after: written(became![name]),
  }));
  return [...fields, ...custom].filter((field) => field.before !== field.after);
}

/** Tags are written as a list. */
const written = (value: Json | undefined): string | null => {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value.join(", ") : String(value);
};
