import type { ContactValues } from "@smscrm/core/changes/undo-change";
import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import {
  type Pipeline,
  type PipelineTransaction,
  type TenantTransaction,
  transact,
} from "../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { CHANGE_KINDS, contactChanges, contacts } from "../schema/index.ts";
import { sweepMerges } from "./merging/undo-merge.ts";
import { UNDO_DAYS } from "./undo-runs.ts";

/** A contact that an import changed. `before` and `after` have the columns that differ. */
export interface ContactChangeRow {
  contactId: string;
  phone: string;
  firstName: string | null;
  lastName: string | null;
  before: ContactValues;
  after: ContactValues;
  kept: string[] | null;
}

/** `would…`: found by a comparison before the import. */
export const CHANGE_FILTERS = ["renamed", "changed", "kept", "wouldRename", "wouldChange"] as const;
export type ChangeFilter = (typeof CHANGE_FILTERS)[number];

/** Lists what an import changed, in the order of the contacts' ids. A contact that is gone is left out. */
export async function listChanges(
  tx: TenantTransaction,
  tenantId: string,
  importId: string,
  { of, cursor, limit }: PageRequest & { of: ChangeFilter },
): Promise<Page<ContactChangeRow>> {
  const rows = await tx
    .select({
      contactId: contactChanges.contactId,
      phone: contactChanges.phoneE164,
      firstName: contacts.firstName,
      lastName: contacts.lastName,
      before: sql<ContactValues>`${contactChanges.before}`,
      after: sql<ContactValues>`${contactChanges.after}`,
      kept: contactChanges.kept,
    })
    .from(contactChanges)
    .innerJoin(
      contacts,
      and(eq(contacts.tenantId, contactChanges.tenantId), eq(contacts.id, contactChanges.contactId)),
    )
    .where(
      and(
        eq(contactChanges.tenantId, tenantId),
        eq(contactChanges.runId, importId),
        of === "kept" ? isNotNull(contactChanges.kept) : eq(contactChanges.kind, CHANGE_KINDS[of]),
        cursor ? gt(contactChanges.contactId, cursor) : undefined,
      ),
    )
    .orderBy(asc(contactChanges.contactId))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.contactId);
}

const ROWS_PER_SWEEP = 5_000;

/**
 * Sweeps a batch of the log of an import, a bulk action or merges that can't be undone any more. Returns how many rows went,
 * or null if there is no such run.
 */
export function sweepChanges(pipeline: Pipeline): Promise<number | null> {
  return transact(pipeline, async (tx) => {
    const [old] = await tx<{ id: string }[]>`
      select id from imports r where is_logged and ${isPast(tx)} order by finished_at limit 1 for no key update skip locked`;
    if (old) {
      const rows = await sweepRun(tx, old.id);
      if (rows === 0) await tx`update imports set is_logged = false where id = ${old.id}`;
      return rows;
    }
    const [bulk] = await tx<{ id: string }[]>`
      select id from bulk_actions r where swept_at is null and ${isPast(tx)}
      order by finished_at limit 1 for no key update skip locked`;
    if (!bulk) return (await sweepMerges(tx)) || null;
    const rows = await sweepRun(tx, bulk.id);
    if (rows === 0) await tx`update bulk_actions set swept_at = clock_timestamp() where id = ${bulk.id}`;
    return rows;
  });
}

const isPast = (tx: PipelineTransaction) => tx`
  finished_at < clock_timestamp() - make_interval(days => ${UNDO_DAYS}) and not exists (
    select 1 from import_undos u where u.import_id = r.id and u.status in ('queued', 'running'))`;

async function sweepRun(tx: PipelineTransaction, runId: string): Promise<number> {
  const changes = await tx`
    delete from contact_changes ch using (
      select kind, contact_id from contact_changes where import_id = ${runId} limit ${ROWS_PER_SWEEP}
    ) part where ch.import_id = ${runId} and ch.kind = part.kind and ch.contact_id = part.contact_id`;
  const additions = await tx`
    delete from contact_additions where id in (
      select id from contact_additions where import_id = ${runId} limit ${ROWS_PER_SWEEP})`;
  // Of an action that failed.
  const targets = await tx`
    delete from bulk_targets t using bulk_actions b
    where b.id = ${runId} and t.tenant_id = b.tenant_id and t.action_id = b.id`;
  return changes.count + additions.count + targets.count;
}
