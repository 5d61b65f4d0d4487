import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";

/** The most saved replies of a tenant. */
export const SAVED_REPLIES_MAX = 500;

/** A text that members put into replies. */
export interface SavedReply {
  id: string;
  name: string;
  body: string;
  version: number;
  updatedBy: string | null;
  updatedAt: Date;
}

type Raw = Omit<SavedReply, "updatedAt"> & { updatedAt: string } & Record<string, unknown>;

const SAVED = sql`
  select r.id, r.name, r.body, r.version, (select u.name from users u where u.id = r.updated_by) as "updatedBy",
    r.updated_at as "updatedAt"
  from saved_replies r`;

const read = (row: Raw): SavedReply => ({ ...row, updatedAt: new Date(row.updatedAt) });

/** Returns a tenant's saved replies by name. */
export async function listSavedReplies(tx: TenantTransaction, tenantId: string): Promise<SavedReply[]> {
  const rows = await tx.execute<Raw>(
    sql`${SAVED} where r.tenant_id = ${tenantId} order by lower(r.name), r.id limit ${SAVED_REPLIES_MAX}`,
  );
  return rows.map(read);
}

export async function findSavedReply(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<SavedReply | null> {
  const [row] = await tx.execute<Raw>(sql`${SAVED} where r.tenant_id = ${tenantId} and r.id = ${id}`);
  return row ? read(row) : null;
}

interface Text {
  name: string;
  body: string;
}

export type Added = { ok: true; id: string } | { ok: false; why: "name-taken" | "too-many" };

export async function insertSavedReply(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { name, body }: Text,
): Promise<Added> {
  const [counted] = await tx.execute<{ replies: number }>(
    sql`select count(*)::int as replies from saved_replies where tenant_id = ${tenantId}`,
  );
  if (counted!.replies >= SAVED_REPLIES_MAX) return { ok: false, why: "too-many" };
  const [row] = await tx.execute<{ id: string }>(sql`
    insert into saved_replies (tenant_id, name, body, updated_by) values (${tenantId}, ${name}, ${body}, ${userId})
    on conflict do nothing returning id`);
  return row ? { ok: true, id: row.id } : { ok: false, why: "name-taken" };
}

export type Saved = { ok: true; version: number } | { ok: false; why: "changed" | "name-taken" };

/** Saves a change, if nobody has saved another since `seenVersion`. */
export async function updateSavedReply(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { id, seenVersion, name, body }: Text & { id: string; seenVersion: number },
): Promise<Saved> {
  const [locked] = await tx.execute<{ version: number }>(
    sql`select version from saved_replies where tenant_id = ${tenantId} and id = ${id} for update`,
  );
  if (locked?.version !== seenVersion) return { ok: false, why: "changed" };
  const taken = await tx.execute(sql`
    select 1 from saved_replies where tenant_id = ${tenantId} and lower(name) = lower(${name}) and id <> ${id}`);
  if (taken.length > 0) return { ok: false, why: "name-taken" };
  await tx.execute(sql`
    update saved_replies set name = ${name}, body = ${body}, version = version + 1, updated_by = ${userId},
      updated_at = clock_timestamp()
    where tenant_id = ${tenantId} and id = ${id}`);
  return { ok: true, version: seenVersion + 1 };
}

export async function deleteSavedReply(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<boolean> {
  const gone = await tx.execute(
    sql`delete from saved_replies where tenant_id = ${tenantId} and id = ${id} returning 1`,
  );
  return gone.length > 0;
}
