import type { SuppressionList } from "@smscrm/core/suppression/standing";
import { and, asc, eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { suppressionLists, suppressionVersions, users } from "../schema/index.ts";
import { listsOf, SUPPRESSION_JOIN, SUPPRESSION_LISTS_COLUMN } from "./standing.ts";

/** A list as the dashboard shows it. */
export interface ShownList {
  id: string;
  name: string;
  register: string;
  country: string;
  afterExpiry: "hold" | "warn";
  /** The version in force; null: nothing was uploaded yet. */
  current: {
    fileName: string;
    /** `YYYY-MM-DD`. */
    downloadedOn: string;
    expiresAt: Date | null;
    numbers: number;
    clean: number;
    unreadable: number;
    uploadedBy: string | null;
    activeAt: Date;
  } | null;
}

const SHOWN = {
  id: suppressionLists.id,
  name: suppressionLists.name,
  register: suppressionLists.register,
  country: suppressionLists.country,
  holdsAfterExpiry: suppressionLists.holdsAfterExpiry,
  fileName: suppressionVersions.fileName,
  downloadedOn: suppressionVersions.downloadedOn,
  expiresAt: suppressionVersions.expiresAt,
  numbers: suppressionVersions.numbers,
  clean: suppressionVersions.clean,
  unreadable: suppressionVersions.unreadable,
  activeAt: suppressionVersions.activeAt,
  uploadedBy: users.name,
};

/** Returns a tenant's lists, by name. */
export async function listSuppressionLists(tx: TenantTransaction, tenantId: string): Promise<ShownList[]> {
  const rows = await tx
    .select(SHOWN)
    .from(suppressionLists)
    .leftJoin(suppressionVersions, eq(suppressionVersions.id, suppressionLists.versionId))
    .leftJoin(users, eq(users.id, suppressionVersions.uploadedBy))
    .where(eq(suppressionLists.tenantId, tenantId))
    .orderBy(asc(suppressionLists.name), asc(suppressionLists.id));
  return rows.map(({ id, name, register, country, holdsAfterExpiry, activeAt, ...version }) => ({
    ...{ id, name, register, country, afterExpiry: holdsAfterExpiry ? "hold" : "warn" },
    current:
      activeAt === null
        ? null
        : {
            ...{ fileName: version.fileName!, downloadedOn: version.downloadedOn!, activeAt },
            ...{ expiresAt: version.expiresAt, uploadedBy: version.uploadedBy },
            ...{ numbers: version.numbers!, clean: version.clean!, unreadable: version.unreadable! },
          },
  }));
}

/** Adds a list without numbers; null if the tenant has as many as it may. Its name is its own within the tenant. */
export async function addSuppressionList(
  tx: TenantTransaction,
  tenantId: string,
  list: { name: string; register: string; country: string; holdsAfterExpiry: boolean; createdBy: string },
  listsMax: number,
): Promise<{ id: string } | "too-many" | "name-taken"> {
  // Two that add at once wait for each other here, or both would take the last place.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.suppression + tenantId}, 0))`,
  );
  const known = await tx
    .select({ name: suppressionLists.name })
    .from(suppressionLists)
    .where(eq(suppressionLists.tenantId, tenantId));
  if (known.length >= listsMax) return "too-many";
  if (known.some(({ name }) => name.toLowerCase() === list.name.toLowerCase())) return "name-taken";
  const [added] = await tx
    .insert(suppressionLists)
    .values({ tenantId, ...list })
    .returning({ id: suppressionLists.id });
  return { id: added!.id };
}

/** Sets what happens after a list’s expiry, from the next claim on. False: it is so already; null: no such list. */
export async function setAfterExpiry(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  holdsAfterExpiry: boolean,
): Promise<boolean | null> {
  const changed = await tx
    .update(suppressionLists)
    .set({ holdsAfterExpiry })
    .where(
      and(
        eq(suppressionLists.tenantId, tenantId),
        eq(suppressionLists.id, id),
        eq(suppressionLists.holdsAfterExpiry, !holdsAfterExpiry),
      ),
    )
    .returning({ id: suppressionLists.id });
  if (changed.length > 0) return true;
  const [known] = await tx
    .select({ id: suppressionLists.id })
    .from(suppressionLists)
    .where(and(eq(suppressionLists.tenantId, tenantId), eq(suppressionLists.id, id)));
  return known ? false : null;
}

/** Removes a list, from the commit on. A sweep deletes its numbers. Null: no such list. */
export async function removeSuppressionList(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<{ name: string } | null> {
  const [gone] = await tx
    .delete(suppressionLists)
    .where(and(eq(suppressionLists.tenantId, tenantId), eq(suppressionLists.id, id)))
    .returning({ name: suppressionLists.name });
  return gone ?? null;
}

/** Returns the lists in force, as the gates read them. */
export async function readCurrentLists(tx: TenantTransaction, tenantId: string): Promise<SuppressionList[]> {
  const [row] = await tx.execute<{ suppressionLists: string | null }>(
    sql`select ${sql.raw(SUPPRESSION_LISTS_COLUMN)} from tenants t where t.id = ${tenantId}`,
  );
  return listsOf(row?.suppressionLists ?? null);
}

/** Returns the lists that a number is on, as JSON of core's `SuppressionEntry[]`; null: none. */
export async function suppressionOf(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<string | null> {
  const [row] = await tx.execute<{ lists: string | null }>(sql`
    select suppressed.lists from (select ${tenantId}::uuid as tenant_id, ${phone}::text as phone_e164) c
    ${sql.raw(SUPPRESSION_JOIN)}`);
  return row?.lists ?? null;
}
