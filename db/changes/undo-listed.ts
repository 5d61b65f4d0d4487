import { type Json, same } from "@smscrm/core/changes/undo-change";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { erasedAmong } from "../privacy/erased-numbers.ts";
import { CHANGE_KINDS } from "../schema/index.ts";
import { lockEntries } from "./opted-out.ts";
import { type ChangeRow, lockPeople, nextChanges, saveKept } from "./undo-rows.ts";
import { type LeasedUndo, saveUndoProgress, type UndoPosition } from "./undo-runs.ts";

/**
 * Undoes what a bulk action did to the next entries of the do-not-contact list. An entry that somebody changed since stays,
 * and so does that of a person who opted out themselves: no undo lifts an opt-out. Returns false if none is left.
 */
export async function undoListed(
  tx: PipelineTransaction,
  undo: LeasedUndo,
  position: UndoPosition,
  limit: number,
): Promise<boolean> {
  const { tenantId } = undo;
  await erasedAmong(tx, tenantId, []);
  const rows = await nextChanges(tx, undo, position, { upTo: CHANGE_KINDS.listed, limit });
  const last = rows.at(-1);
  if (!last) return false;
  const phones = rows.map(({ phone }) => phone).sort();
  const erased = await erasedAmong(tx, tenantId, phones);
  const isFree = await lockPeople(tx, phones);
  // As an opt-out locks them: contacts before entries, so that no withdrawal is recorded between the check and the commit.
  await tx`
    select 1 from contacts where tenant_id = ${tenantId} and phone_e164 = any(${phones}::text[])
    order by tenant_id, phone_e164 for no key update`;
  const entries = await lockEntries(tx, tenantId, phones);
  const judged = rows.flatMap((row) => {
    if (erased.has(row.phone)) return [];
    const now = entries.get(row.phone);
    const entry = entryOf(row.before);
    const current = (now?.entry ?? null) as Json;
    const isBack = same(current, entry);
    const why = isBack
      ? null
      : whyKept({ ...row, current, isOwn: now?.isOwn ?? false, isFree: isFree.get(row.phone)! });
    return [{ ...row, entry, kept: why === null ? [] : [why], isWritten: !isBack && why === null }];
  });
  const written = judged.filter(({ isWritten }) => isWritten);
  await writeEntries(tx, tenantId, written);
  await saveKept(tx, undo, judged);
  const progress = { done: rows.length, restored: written.length, removed: 0, consentsEnded: 0 };
  await saveUndoProgress(tx, undo.runId, { kind: last.kind, id: last.contactId, ...progress });
  return true;
}

/** Returns why an entry stays as it is; null: it becomes what it was. */
function whyKept({
  before,
  after,
  current,
  isOwn,
  isFree,
}: Pick<ChangeRow, "before" | "after"> & { current: Json; isOwn: boolean; isFree: boolean }): string | null {
  if (!same(current, entryOf(after))) return "do-not-contact";
  if (entryOf(before) !== null) return null;
  if (isOwn) return "opted-out";
  return isFree ? null : "busy";
}

const entryOf = ({ do_not_contact: entry }: ChangeRow["before"]) => (entry ?? null) as Json;

/** Writes entries as they were, each column of them; null: there was none. */
async function writeEntries(
  tx: PipelineTransaction,
  tenantId: string,
  rows: readonly { phone: string; entry: Json }[],
): Promise<void> {
  const none = rows.flatMap(({ phone, entry }) => (entry === null ? [phone] : []));
  await tx`delete from do_not_contact where tenant_id = ${tenantId} and phone_e164 = any(${none}::text[])`;
  const some = rows.flatMap(({ phone, entry }) =>
    entry === null ? [] : [{ ...(entry as object), phone_e164: phone, tenant_id: tenantId }],
  );
  await tx`
    insert into do_not_contact (tenant_id, phone_e164, source, note, created_by, created_at, import_id)
    select tenant_id, phone_e164, source, note, created_by, created_at, import_id
    from jsonb_populate_recordset(null::do_not_contact, ${tx.json(some as never)}) order by phone_e164
    on conflict (tenant_id, phone_e164) do update set source = excluded.source, note = excluded.note,
      created_by = excluded.created_by, created_at = excluded.created_at, import_id = excluded.import_id`;
}
