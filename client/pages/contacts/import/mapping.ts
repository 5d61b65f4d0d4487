import type { ConsentAnswer, ConsentColumnKind } from "@smscrm/core/contacts/consent-columns";
import type { ImportField, ImportMapping } from "@smscrm/core/contacts/import-columns";

/** What a column is: one of our fields, a statement about consent, a custom field, or nothing. */
export type ColumnRole = ImportField | ConsentColumnKind | "custom" | "";

export const CONSENT_LABELS: Record<ConsentColumnKind, string> = {
  accepts: "Accepts texts (yes or no)",
  opted_out: "Opted out (yes or no)",
  status: "Subscription status",
  opted_out_when_filled: "Opt-out date or reason",
};

/** Returns the heading of a column. A column without one is named by its position. */
export const headingOf = (header: readonly string[], column: number): string =>
  header[column] || `Column ${column + 1}`;

/** For each column, the meanings of its values, as the operator answered. */
export type ConsentAnswers = Record<number, Record<string, ConsentAnswer>>;

const isConsentRole = (role: ColumnRole): role is ConsentColumnKind => Object.hasOwn(CONSENT_LABELS, role);

export const FIELD_LABELS: Record<ImportField, string> = {
  phone: "Phone number",
  first_name: "First name",
  last_name: "Last name",
  full_name: "Full name",
  email: "Email",
  city: "City",
  state: "State",
  postcode: "Postcode",
  country: "Country",
  timezone: "Time zone",
  tags: "Tags",
};

/** Returns the role of each column of the file, in order. */
export function rolesOf(mapping: ImportMapping, columns: number): ColumnRole[] {
  const { custom, consent, ignored: _, ...fields } = mapping;
  const roles: ColumnRole[] = Array.from({ length: columns }, () => "");
  for (const [field, column] of Object.entries(fields)) {
    if (column !== undefined && column < columns) roles[column] = field as ImportField;
  }
  for (const { column, kind } of consent ?? []) if (column < columns) roles[column] = kind;
  for (const column of Object.values(custom ?? {})) if (column < columns) roles[column] = "custom";
  return roles;
}

/** Sets the role of a column. A field has only one column, so the earlier one loses it. Consent may have several columns. */
export function withRole(roles: readonly ColumnRole[], column: number, role: ColumnRole): ColumnRole[] {
  return roles.map((old, index) => {
    if (index === column) return role;
    return role !== "" && role !== "custom" && !isConsentRole(role) && old === role ? "" : old;
  });
}

/**
 * Returns the mapping for these roles, or null while no column holds the phone number. `ignored` are columns that, as the
 * operator confirmed, are not about opt-outs.
 */
export function mappingOf(
  roles: readonly ColumnRole[],
  header: readonly string[],
  { answers = {}, ignored = [] }: { answers?: ConsentAnswers; ignored?: readonly number[] } = {},
): ImportMapping | null {
  const mapping: ImportMapping = {};
  const consent: NonNullable<ImportMapping["consent"]> = [];
  const custom: Record<string, number> = {};
  roles.forEach((role, column) => {
    if (role === "custom") custom[customName(header, column)] = column;
    else if (isConsentRole(role)) {
      const said = answers[column];
      consent.push(said ? { column, kind: role, answers: said } : { column, kind: role });
    } else if (role !== "") mapping[role] = column;
  });
  if (mapping.phone === undefined) return null;
  if (consent.length > 0) mapping.consent = consent;
  const stillIgnored = ignored.filter((column) => !isConsentRole(roles[column] ?? ""));
  if (stillIgnored.length > 0) mapping.ignored = stillIgnored;
  return Object.keys(custom).length > 0 ? { ...mapping, custom } : mapping;
}

/** Returns the custom field's name in merge fields. A column without a heading is named by its position. */
function customName(header: readonly string[], column: number): string {
  const name = header[column]?.trim().slice(0, 100) ?? "";
  return name === "" ? `column ${column + 1}` : name;
}
