import type { ImportField, ImportMapping } from "@smscrm/core/import-columns";

/** What a column may become: one of our fields, a field of the tenant's own, or nothing. */
export type ColumnRole = ImportField | "custom" | "";

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

/** The role of each column of the file, in order. */
export function rolesOf(mapping: ImportMapping, columns: number): ColumnRole[] {
  const { custom, ...fields } = mapping;
  const roles: ColumnRole[] = Array.from({ length: columns }, () => "");
  for (const [field, column] of Object.entries(fields)) {
    if (column !== undefined && column < columns) roles[column] = field as ImportField;
  }
  for (const column of Object.values(custom ?? {})) if (column < columns) roles[column] = "custom";
  return roles;
}

/** A field has one column: giving it to another takes it from the first. */
export function withRole(roles: readonly ColumnRole[], column: number, role: ColumnRole): ColumnRole[] {
  return roles.map((old, index) => {
    if (index === column) return role;
    return role !== "" && role !== "custom" && old === role ? "" : old;
  });
}

/** The mapping that the roles say, or null while no column holds the phone number. */
export function mappingOf(roles: readonly ColumnRole[], header: readonly string[]): ImportMapping | null {
  const mapping: ImportMapping = {};
  const custom: Record<string, number> = {};
  roles.forEach((role, column) => {
    if (role === "custom") custom[customName(header, column)] = column;
    else if (role !== "") mapping[role] = column;
  });
  if (mapping.phone === undefined) return null;
  return Object.keys(custom).length > 0 ? { ...mapping, custom } : mapping;
}

/** The name under which merge fields find it. Columns without a heading are named by their place. */
function customName(header: readonly string[], column: number): string {
  const name = header[column]?.trim().slice(0, 100) ?? "";
  return name === "" ? `column ${column + 1}` : name;
}
