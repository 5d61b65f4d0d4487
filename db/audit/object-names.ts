import { and, eq, inArray, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import {
  audiences,
  campaigns,
  contacts,
  imports,
  memberships,
  suppressionLists,
  users,
} from "../schema/index.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Named = { id: string; name: string | null };

/** Returns what people call the objects of audit entries now, by id. One statement for each kind that occurs. */
export async function objectNames(
  tx: TenantTransaction,
  tenantId: string,
  entries: readonly { objectKind: string; objectId: string | null }[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const [kind, look] of Object.entries(LOOK_UPS)) {
    const ids = entries.flatMap(({ objectKind, objectId }) =>
      objectKind === kind && objectId !== null && UUID.test(objectId) ? [objectId] : [],
    );
    if (ids.length === 0) continue;
    for (const { id, name } of await look(tx, tenantId, [...new Set(ids)])) if (name) names.set(id, name);
  }
  return names;
}

type LookUp = (tx: TenantTransaction, tenantId: string, ids: string[]) => Promise<Named[]>;

const inTable =
  (table: typeof campaigns | typeof audiences | typeof suppressionLists): LookUp =>
  (tx, tenantId, ids) =>
    tx
      .select({ id: table.id, name: table.name })
      .from(table)
      .where(and(eq(table.tenantId, tenantId), inArray(table.id, ids)));

const LOOK_UPS: Record<string, LookUp> = {
  campaign: inTable(campaigns),
  audience: inTable(audiences),
  "suppression-list": inTable(suppressionLists),
  import: (tx, tenantId, ids) =>
    tx
      .select({ id: imports.id, name: imports.fileName })
      .from(imports)
      .where(and(eq(imports.tenantId, tenantId), inArray(imports.id, ids))),
  contact: (tx, tenantId, ids) =>
    tx
      .select({
        id: contacts.id,
        name: sql<string | null>`nullif(concat_ws(' ', ${contacts.firstName}, ${contacts.lastName}), '')`,
      })
      .from(contacts)
      .where(and(eq(contacts.tenantId, tenantId), inArray(contacts.id, ids))),
  person: (tx, tenantId, ids) =>
    tx
      .select({ id: users.id, name: users.name })
      .from(users)
      .innerJoin(memberships, and(eq(memberships.userId, users.id), eq(memberships.tenantId, tenantId)))
      .where(inArray(users.id, ids)),
};
