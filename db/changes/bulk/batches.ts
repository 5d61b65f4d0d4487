import {
  type ColumnChange,
  columnsChanged,
  customAfter,
  isColumnChange,
} from "@smscrm/core/changes/bulk-change";
import { type Pipeline, type PipelineTransaction, transact } from "../../postgres/connection.ts";
import { CHANGE_KINDS } from "../../schema/index.ts";
import { lockContacts, timeNow, writeContacts } from "../contact-rows.ts";
import { deleteContacts } from "./delete-contacts.ts";
import { listContacts, unlistContacts } from "./list-contacts.ts";
import { type BatchOutcome, logChanges } from "./log.ts";
import { completeBulk, holdBulk, type LeasedBulk, saveBulkProgress } from "./runs.ts";

/** `lost`: it was canceled, or another worker has it. */
export type BulkStep = "again" | "completed" | "lost";

/**
 * Changes the next contacts of a bulk action in one transaction, with the log of what each was before and the position. A
 * killed one continues there.
 */
export function bulkBatch(pipeline: Pipeline, workerId: string, bulk: LeasedBulk): Promise<BulkStep> {
  return transact(pipeline, async (tx) => {
    const next = await holdBulk(tx, bulk, workerId);
    if (next === "lost") return "lost";
    if (next === null) {
      await completeBulk(tx, bulk);
      return "completed";
    }
    const { changed, keptOptedOut = 0, messagesCanceled = 0 } = await change(tx, bulk, next.contactIds);
    const done = next.contactIds.length;
    await saveBulkProgress(tx, bulk.id, next.id, { done, changed, keptOptedOut, messagesCanceled });
    return "again";
  });
}

function change(tx: PipelineTransaction, bulk: LeasedBulk, ids: readonly string[]): Promise<BatchOutcome> {
  if (isColumnChange(bulk.change)) return changeColumns(tx, bulk, bulk.change, ids);
  if (bulk.change.do === "delete") return deleteContacts(tx, bulk, ids);
  return bulk.change.do === "list" ? listContacts(tx, bulk, ids) : unlistContacts(tx, bulk, ids);
}

async function changeColumns(
  tx: PipelineTransaction,
  bulk: LeasedBulk,
  columns: ColumnChange,
  ids: readonly string[],
): Promise<BatchOutcome> {
  const contacts = await lockContacts(tx, bulk.tenantId, ids);
  const now = await timeNow(tx);
  const changed = [...contacts].flatMap(([contactId, { phone, values: current }]) => {
    const found = columnsChanged(columns, { current, phone, now });
    if (!found) return [];
    const { before, after } = found;
    const custom = "custom" in after ? { custom: customAfter(current, found) } : {};
    const row = { ...current, ...after, ...custom, id: contactId };
    return [{ row, logged: { contactId, phone, before, after } }];
  });
  await writeContacts(
    tx,
    changed.map(({ row }) => row),
  );
  await logChanges(
    tx,
    bulk,
    CHANGE_KINDS.changed,
    changed.map(({ logged }) => logged),
  );
  return { changed: changed.length };
}
