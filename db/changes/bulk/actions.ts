import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { and, asc, desc, eq, gt, isNotNull, lt, sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../../postgres/page.ts";
import {
  type BulkTarget,
  bulkActions,
  changeUndos,
  contactChanges,
  contacts,
  users,
} from "../../schema/index.ts";
import { UNDO_DAYS } from "../undo-runs.ts";
import { type BulkChoice, compileChoice } from "./targets.ts";

/** The most contacts of one bulk action. */
export const BULK_CONTACTS_MAX = 500_000;
/** The most bulk actions of a tenant that wait or run. */
export const BULK_OPEN_MAX = 20;
/** A batch holds the locks of this number of contacts. */
const CONTACTS_PER_TARGET = 500;

export interface NewBulk {
  change: BulkChange;
  choice: BulkChoice;
  target: BulkTarget;
  reason: string | null;
  requestedBy: string;
}

/** Queues a bulk action for the contacts that its choice has at this moment. Returns its id and how many they are. */
export async function insertBulk(
  tx: TenantTransaction,
  tenantId: string,
  { choice, ...action }: NewBulk,
): Promise<{ id: string; contacts: number }> {
  const [row] = await tx
    .insert(bulkActions)
    .values({ ...action, tenantId, total: 0 })
    .returning({ id: bulkActions.id });
  const { id } = row!;
  const { joins, where } = await compileChoice(tx, tenantId, choice);
  const [frozen] = await tx.execute<{ contacts: number }>(sql`
    with frozen as (
      insert into bulk_targets (tenant_id, action_id, contact_ids)
      select ${tenantId}::uuid, ${id}::uuid, array_agg(id order by id) from (
        select c.id, (row_number() over (order by c.id) - 1) / ${CONTACTS_PER_TARGET}::int as part
        from contacts c ${joins} where c.tenant_id = ${tenantId} and ${where}
      ) chosen group by part returning cardinality(contact_ids) as contacts
    )
    select coalesce(sum(contacts), 0)::int as contacts from frozen`);
  const { contacts: total } = frozen!;
  await tx.update(bulkActions).set({ total }).where(isBulk(tenantId, id));
  return { id, contacts: total };
}

const isBulk = (tenantId: string, id: string) =>
  and(eq(bulkActions.tenantId, tenantId), eq(bulkActions.id, id));

/** Returns how many bulk actions of a tenant wait or run. */
export async function countOpenBulk(tx: TenantTransaction, tenantId: string): Promise<number> {
  const [row] = await tx.execute<{ open: number }>(sql`
    select count(*)::int as open from bulk_actions where tenant_id = ${tenantId} and status in ('queued', 'running')`);
  return row!.open;
}

/** Cancels a bulk action that has not ended. What it did so far stays, and can be undone. */
export async function cancelBulk(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const canceled = await tx.execute(sql`
    update bulk_actions set status = 'canceled', finished_at = clock_timestamp(), lease_until = null
    where tenant_id = ${tenantId} and id = ${id} and status in ('queued', 'running') returning 1`);
  if (canceled.length === 0) return false;
  await tx.execute(sql`delete from bulk_targets where tenant_id = ${tenantId} and action_id = ${id}`);
  return true;
}

const nameOf = (column: typeof bulkActions.requestedBy | typeof changeUndos.requestedBy) =>
  sql<string | null>`(select name from users where id = ${column})`;

const ROW = {
  id: bulkActions.id,
  change: bulkActions.change,
  target: bulkActions.target,
  reason: bulkActions.reason,
  status: bulkActions.status,
  total: bulkActions.total,
  done: bulkActions.done,
  changed: bulkActions.changed,
  unchanged: bulkActions.unchanged,
  keptOptedOut: bulkActions.keptOptedOut,
  messagesCanceled: bulkActions.messagesCanceled,
  error: bulkActions.error,
  requestedAt: bulkActions.requestedAt,
  finishedAt: bulkActions.finishedAt,
  requestedBy: users.name,
  undoStatus: changeUndos.status,
  undo: {
    reason: changeUndos.reason,
    total: changeUndos.total,
    done: changeUndos.done,
    restored: changeUndos.restored,
    kept: changeUndos.kept,
    error: changeUndos.error,
    requestedAt: changeUndos.requestedAt,
    finishedAt: changeUndos.finishedAt,
    requestedBy: nameOf(changeUndos.requestedBy),
  },
  /** Until when it can be undone; null: it can't, or nothing is left to undo. */
  undoableUntil: sql<Date | null>`case
    when ${bulkActions.status} in ('completed', 'canceled', 'failed') and ${bulkActions.sweptAt} is null and ${bulkActions.changed} > 0
      and ${bulkActions.finishedAt} > clock_timestamp() - make_interval(days => ${UNDO_DAYS})
      and (${changeUndos.status} is null or ${changeUndos.status} = 'failed' or ${changeUndos.status} = 'completed' and ${changeUndos.kept} > 0)
    then ${bulkActions.finishedAt} + make_interval(days => ${UNDO_DAYS}) end`.mapWith(bulkActions.finishedAt),
};

export type BulkRow = Awaited<ReturnType<typeof rowsOf>>[number];

const rowsOf = (tx: TenantTransaction, tenantId: string, where: ReturnType<typeof and>, limit: number) =>
  tx
    .select(ROW)
    .from(bulkActions)
    .leftJoin(users, eq(users.id, bulkActions.requestedBy))
    .leftJoin(
      changeUndos,
      and(eq(changeUndos.tenantId, bulkActions.tenantId), eq(changeUndos.runId, bulkActions.id)),
    )
    .where(and(eq(bulkActions.tenantId, tenantId), where))
    .orderBy(desc(bulkActions.id))
    .limit(limit);

/** Lists bulk actions, newest first. */
export async function listBulk(
  tx: TenantTransaction,
  tenantId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<BulkRow>> {
  const before = cursor ? lt(bulkActions.id, cursor) : undefined;
  return pageOf(await rowsOf(tx, tenantId, before, limit + 1), limit, (row) => row.id);
}

export async function findBulk(tx: TenantTransaction, tenantId: string, id: string): Promise<BulkRow | null> {
  const [row] = await rowsOf(tx, tenantId, eq(bulkActions.id, id), 1);
  return row ?? null;
}

/** A contact that the undo left as it is, and why. `contactId`: who has the number now. */
export interface KeptContact {
  contactId: string | null;
  phone: string;
  firstName: string | null;
  lastName: string | null;
  kept: string[];
}

/** Lists what the undo of a bulk action kept. */
export async function listKept(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  { cursor, limit }: PageRequest,
): Promise<Page<KeptContact>> {
  const rows = await tx
    .select({
      position: contactChanges.contactId,
      contactId: contacts.id,
      phone: contactChanges.phoneE164,
      firstName: contacts.firstName,
      lastName: contacts.lastName,
      kept: sql<string[]>`${contactChanges.kept}`,
    })
    .from(contactChanges)
    .leftJoin(
      contacts,
      and(eq(contacts.tenantId, contactChanges.tenantId), eq(contacts.phoneE164, contactChanges.phoneE164)),
    )
    .where(
      and(
        eq(contactChanges.tenantId, tenantId),
        eq(contactChanges.runId, id),
        isNotNull(contactChanges.kept),
        cursor ? gt(contactChanges.contactId, cursor) : undefined,
      ),
    )
    .orderBy(asc(contactChanges.contactId))
    .limit(limit + 1);
  const { items, ...page } = pageOf(rows, limit, (row) => row.position);
  return { ...page, items: items.map(({ position: _, ...contact }) => contact) };
}
