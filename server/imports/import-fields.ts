import type { ImportMapping } from "@smscrm/core/contacts/import-columns";
import { FIELD_TYPES, FIELDS_MAX, type TypedField, undefinedField } from "@smscrm/core/fields/field";
import { usableFieldName } from "@smscrm/core/text/template";
import { insertFields, listFields, takenFieldNames } from "@smscrm/db/contacts/fields";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { z } from "zod";
import { badRequest } from "../http/refusals.ts";

/** Types of the custom fields that an import makes, by merge name. A choice needs its choices, so it is made by hand. */
export const fieldTypes = z
  .record(z.string().min(1).max(64), z.enum(FIELD_TYPES.filter((type) => type !== "choice")))
  .default({});

type FieldTypes = z.output<typeof fieldTypes>;

/** Returns the fields that a mapping reads into: those of the tenant, and the new ones in their chosen types. */
export async function fieldsFor(
  tx: TenantTransaction,
  tenantId: string,
  mapping: ImportMapping,
  types: FieldTypes,
): Promise<TypedField[]> {
  const known = await listFields(tx, tenantId);
  return [...known.filter(({ revision }) => revision > 0), ...newFields(known, mapping, types)];
}

/** Defines the fields that a mapping names and nobody has defined. A field that somebody has keeps its type. */
export async function defineFields(
  tx: TenantTransaction,
  tenantId: string,
  mapping: ImportMapping,
  types: FieldTypes,
): Promise<void> {
  const known = await listFields(tx, tenantId);
  const fresh = newFields(known, mapping, types);
  const taken = await takenFieldNames(tx, tenantId);
  const added = fresh.filter(({ name }) => !taken.includes(name)).length;
  if (taken.length + added > FIELDS_MAX)
    throw badRequest(
      `With this file you would have more than ${FIELDS_MAX} custom fields. Import fewer columns.`,
    );
  await insertFields(tx, tenantId, fresh);
}

function newFields(
  known: readonly { name: string; revision: number }[],
  mapping: ImportMapping,
  types: FieldTypes,
) {
  const defined = new Set(known.flatMap(({ name, revision }) => (revision > 0 ? [name] : [])));
  const named = Object.keys(mapping.custom ?? {}).map(usableFieldName);
  return [...new Set(named)]
    .filter((name) => name !== "" && !defined.has(name))
    .map((name) => ({ ...undefinedField(name), type: types[name] ?? ("text" as const) }));
}
