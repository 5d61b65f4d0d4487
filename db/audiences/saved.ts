import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { audiences, audienceVersions } from "../schema/index.ts";

/** The most saved audiences of a tenant. */
export const AUDIENCES_MAX = 200;

export interface SavedAudience {
  id: string;
  name: string;
  version: number;
  definition: AudienceGroup;
  updatedAt: Date;
  /** Who saved it last. */
  updatedBy: string | null;
}

const SAVED = sql`
  select a.id, a.name, a.version, v.definition, a.updated_at as "updatedAt", u.name as "updatedBy"
  from audiences a join audience_versions v on v.audience_id = a.id and v.version = a.version
  left join users u on u.id = a.updated_by`;

type Raw = Omit<SavedAudience, "updatedAt"> & { updatedAt: string };
const read = (row: Raw): SavedAudience => ({ ...row, updatedAt: new Date(row.updatedAt) });

/** Returns a tenant's audiences by name. */
export async function listAudiences(tx: TenantTransaction, tenantId: string): Promise<SavedAudience[]> {
  const rows = await tx.execute<Raw & Record<string, unknown>>(sql`${SAVED}
    where a.tenant_id = ${tenantId} and a.removed_at is null order by lower(a.name), a.id limit ${AUDIENCES_MAX}`);
  return rows.map(read);
}

export async function findAudience(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<SavedAudience | null> {
  const [row] = await tx.execute<Raw & Record<string, unknown>>(sql`${SAVED}
    where a.tenant_id = ${tenantId} and a.removed_at is null and a.id = ${id}`);
  return row ? read(row) : null;
}

/**
 * Locks a tenant's audiences in order: two people who save at once could otherwise make a circle of which each sees
 * only a half.
 */
export async function lockAudiences(tx: TenantTransaction, tenantId: string): Promise<void> {
  await tx.execute(
    sql`select 1 from audiences where tenant_id = ${tenantId} and removed_at is null order by id for update`,
  );
}

/** Whether the tenant has an audience, which nobody removes before this transaction ends. */
export async function keepAudience(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.execute(sql`
    select 1 from audiences where tenant_id = ${tenantId} and id = ${id} and removed_at is null for share`);
  return rows.length > 0;
}

interface Draft {
  name: string;
  definition: AudienceGroup;
}

/** Adds an audience; null if the name is taken. */
export async function insertAudience(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { name, definition }: Draft,
): Promise<string | null> {
  const [row] = await tx
    .insert(audiences)
    .values({ tenantId, name, createdBy: userId, updatedBy: userId })
    .onConflictDoNothing()
    .returning({ id: audiences.id });
  if (!row) return null;
  await addVersion(tx, tenantId, userId, { id: row.id, version: 1, name, definition });
  return row.id;
}

async function addVersion(
  tx: TenantTransaction,
  tenantId: string,
  createdBy: string,
  { id, version, name, definition }: Draft & { id: string; version: number },
): Promise<void> {
  await tx.insert(audienceVersions).values({
    ...{ tenantId, audienceId: id, version, name, definition, createdBy },
    createdAt: sql`clock_timestamp()`,
  });
}

/** Saves the next version, if nobody has saved one since `seenVersion`. The caller holds `lockAudiences`. */
export async function saveAudience(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { id, seenVersion, ...draft }: Draft & { id: string; seenVersion: number },
): Promise<{ ok: true; version: number } | { ok: false; why: "changed" | "name-taken" }> {
  const taken = await tx.execute(sql`
    select 1 from audiences where tenant_id = ${tenantId} and removed_at is null and lower(name) = lower(${draft.name})
      and id <> ${id}`);
  if (taken.length > 0) return { ok: false, why: "name-taken" };
  const [row] = await tx
    .update(audiences)
    .set({
      ...{ name: draft.name, version: seenVersion + 1, updatedBy: userId },
      updatedAt: sql`clock_timestamp()`,
    })
    .where(and(isSaved(tenantId, id), eq(audiences.version, seenVersion)))
    .returning({ version: audiences.version });
  if (!row) return { ok: false, why: "changed" };
  await addVersion(tx, tenantId, userId, { id, version: row.version, ...draft });
  return { ok: true, version: row.version };
}

const isSaved = (tenantId: string, id: string) =>
  and(eq(audiences.tenantId, tenantId), eq(audiences.id, id), isNull(audiences.removedAt));

/** Removes an audience. Campaigns that were launched to it keep what they froze. */
export async function removeAudience(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const gone = await tx
    .update(audiences)
    .set({ removedAt: sql`clock_timestamp()` })
    .where(isSaved(tenantId, id))
    .returning({ id: audiences.id });
  return gone.length > 0;
}

/** Returns the names of the campaigns that wait to be launched to an audience. */
export async function waitingCampaigns(
  tx: TenantTransaction,
  tenantId: string,
  audienceId: string,
): Promise<string[]> {
  const rows = await tx.execute<{ name: string }>(sql`
    select name from campaigns where tenant_id = ${tenantId} and kind = 'campaign' and status in ('draft', 'scheduled')
      and audience ->> 'audienceId' = ${audienceId} order by id desc limit 20`);
  return rows.map(({ name }) => name);
}

export interface AudienceVersion {
  version: number;
  name: string;
  definition: AudienceGroup;
  createdAt: Date;
  createdBy: string | null;
}

/** Returns the newest versions of an audience, newest first. */
export async function listVersions(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<AudienceVersion[]> {
  const rows = await tx.execute<Omit<AudienceVersion, "createdAt"> & { createdAt: string }>(sql`
    select v.version, v.name, v.definition, v.created_at as "createdAt", u.name as "createdBy"
    from audience_versions v left join users u on u.id = v.created_by
    where v.tenant_id = ${tenantId} and v.audience_id = ${id} order by v.version desc limit 50`);
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}
