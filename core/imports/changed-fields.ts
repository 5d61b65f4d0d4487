import type { ContactValues, Json } from "./undo-change.ts";

/** A field that an import changes. Null: no value. */
export interface ChangedField {
  /** A column of contacts, or `custom.NAME`. */
  name: string;
  before: string | null;
  after: string | null;
}

/** Columns of which a member need not hear: they are the program's, or go with another. */
const SILENT = new Set([
  ...["last_import_id", "updated_at", "timezone_source", "line_type", "custom"],
  ...["consent_at", "consent_expires_at", "consent_summary"],
]);

/** Returns what a logged change means to a reader: each field that differs, with its value before and after. */
export function changedFields(before: ContactValues, after: ContactValues): ChangedField[] {
  const columns = Object.keys(after).filter((column) => !SILENT.has(column));
  const fields = columns.map((name) => ({
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
