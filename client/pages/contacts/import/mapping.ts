import {
  type ConsentAnswer,
  type ConsentColumnKind,
  isOtherChannel,
} from "@smscrm/core/contacts/consent-columns";
import { IMPORT_FIELDS, type ImportField, type ImportMapping } from "@smscrm/core/contacts/import-columns";
import type { PhoneRule } from "@smscrm/core/contacts/phone-list";
import { usableFieldName } from "@smscrm/core/text/template";

/** What a column is: one of our fields, a statement about consent, a custom field, or nothing. */
export type ColumnRole = ImportField | ConsentColumnKind | ListRole | "eventDate" | "custom" | "";

/** Roles that several columns may have, besides those of consent. */
type ListRole = keyof typeof LIST_LABELS;

export const LIST_LABELS = {
  other_phone: "Another phone number",
  evidence: "When, where or how they agreed",
};

const isListRole = (role: ColumnRole): role is ListRole => Object.hasOwn(LIST_LABELS, role);

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
  const { custom, consent, otherPhones = [], evidence = [] } = mapping;
  const roles: ColumnRole[] = Array.from({ length: columns }, () => "");
  for (const field of IMPORT_FIELDS) {
    const column = mapping[field];
    if (column !== undefined && column < columns) roles[column] = field;
  }
  for (const column of otherPhones) if (column < columns) roles[column] = "other_phone";
  for (const column of evidence) if (column < columns) roles[column] = "evidence";
  if (mapping.eventDate !== undefined && mapping.eventDate < columns) roles[mapping.eventDate] = "eventDate";
  for (const { column, kind } of consent ?? []) if (column < columns) roles[column] = kind;
  for (const column of Object.values(custom ?? {})) if (column < columns) roles[column] = "custom";
  return roles;
}

/**
 * Makes custom fields of the columns that nothing else reads, so that no data is lost unseen. Columns that may say who
 * opted out stay open for an answer; those about other channels and empty ones are left out.
 */
export function withCustomColumns(
  roles: readonly ColumnRole[],
  {
    header,
    sample,
    likelyOptOuts,
  }: {
    header: readonly string[];
    sample: readonly (readonly string[])[];
    likelyOptOuts: readonly number[];
  },
): ColumnRole[] {
  return roles.map((role, column) => {
    const isEmpty = sample.every((row) => (row[column] ?? "").trim() === "");
    const isLeftOut = isEmpty || likelyOptOuts.includes(column) || isOtherChannel(header[column] ?? "");
    return role === "" && !isLeftOut ? "custom" : role;
  });
}

/** Sets the role of a column. A field has only one column, so the earlier one loses it. Consent may have several columns. */
export function withRole(roles: readonly ColumnRole[], column: number, role: ColumnRole): ColumnRole[] {
  return roles.map((old, index) => {
    if (index === column) return role;
    const isOnlyOne = role !== "" && role !== "custom" && !isConsentRole(role) && !isListRole(role);
    return isOnlyOne && old === role ? "" : old;
  });
}

/**
 * Returns the mapping for these roles, or null while no column holds the phone number. `ignored` are columns that, as the
 * operator confirmed, are not about opt-outs.
 */
export function mappingOf(
  roles: readonly ColumnRole[],
  header: readonly string[],
  {
    answers = {},
    ignored = [],
    phoneRule,
  }: { answers?: ConsentAnswers; ignored?: readonly number[]; phoneRule?: PhoneRule } = {},
): ImportMapping | null {
  const mapping: ImportMapping = {};
  const consent: NonNullable<ImportMapping["consent"]> = [];
  const custom: Record<string, number> = {};
  roles.forEach((role, column) => {
    if (role === "custom") custom[customName(header, column)] = column;
    else if (isConsentRole(role)) {
      const said = answers[column];
      consent.push(said ? { column, kind: role, answers: said } : { column, kind: role });
    } else if (role === "other_phone") mapping.otherPhones = [...(mapping.otherPhones ?? []), column];
    else if (role === "evidence") mapping.evidence = [...(mapping.evidence ?? []), column];
    else if (role !== "") mapping[role] = column;
  });
  if (mapping.phone === undefined) return null;
  if (phoneRule) mapping.phoneRule = phoneRule;
  if (consent.length > 0) mapping.consent = consent;
  const stillIgnored = ignored.filter((column) => !isConsentRole(roles[column] ?? ""));
  if (stillIgnored.length > 0) mapping.ignored = stillIgnored;
  return Object.keys(custom).length > 0 ? { ...mapping, custom } : mapping;
}

/** Returns the custom field's name in merge fields. A column without a heading is named by its position. */
export function customName(header: readonly string[], column: number): string {
  const name = header[column]?.trim().slice(0, 100) ?? "";
  return usableFieldName(name) === "" ? `column ${column + 1}` : name;
}
