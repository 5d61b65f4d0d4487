import { type ContactValues, undoChange } from "@smscrm/core/changes/undo-change";
import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";
import { transact } from "../postgres/connection.ts";
import { CHANGE_KINDS } from "../schema/index.ts";
import { lockContacts, timeNow, writeContacts } from "./contact-rows.ts";
import { endedConsents, endImportsConsents, NONE_ENDED } from "./undo-consents.ts";
import { undoDeleted } from "./undo-deleted.ts";
import { undoListed } from "./undo-listed.ts";
import { lockPeople, nextChanges, saveKept } from "./undo-rows.ts";
import { completeUndo, holdUndo, type LeasedUndo, saveUndoProgress, type UndoPosition } from "./undo-runs.ts";

const CONTACTS_PER_BATCH = 500;

/** `lost`: another worker has it. */
export type UndoStep = "again" | "completed" | "lost";

/**
 * Undoes the next batch of an import or a bulk action in one transaction: the contacts that it deleted, the entries of the
 * do-not-contact list that it added or removed, the contacts that it changed, then those that it added. A killed undo
 * continues at its position, and a contact that has its earlier values is left as it is.
 */
export function undoBatch(
  pipeline: Pipeline,
  workerId: string,
  undo: LeasedUndo,
  contactsPerBatch = CONTACTS_PER_BATCH,
): Promise<UndoStep> {
  return transact(pipeline, async (tx) => {
    const position = await holdUndo(tx, undo.runId, workerId);
    if (!position) return "lost";
    if (await undoNext(tx, undo, position, contactsPerBatch)) return "again";
    await completeUndo(tx, undo);
    return "completed";
  });
}

async function undoNext(
  tx: PipelineTransaction,
  undo: LeasedUndo,
  position: UndoPosition,
  limit: number,
): Promise<boolean> {
  const { change } = undo;
  if (change?.do === "delete") return undoDeleted(tx, undo, position, limit);
  if (change?.do === "list" || change?.do === "unlist") return undoListed(tx, undo, position, limit);
  const isChanging = position.kind < CHANGE_KINDS.added;
  if (isChanging && (await undoChanged(tx, undo, position, limit))) return true;
  return undoAdded(tx, undo, isChanging ? null : position.id);
}

/** Returns false if no changed contact is left. */
async function undoChanged(
  tx: PipelineTransaction,
  undo: LeasedUndo,
  position: UndoPosition,
  limit: number,
): Promise<boolean> {
  const rows = await nextChanges(tx, undo, position, { upTo: CHANGE_KINDS.added - 1, limit });
  const last = rows.at(-1);
  if (!last) return false;
  const current = await lockContacts(
    tx,
    undo.tenantId,
    rows.map(({ contactId }) => contactId),
  );
  const { consentsEnded, ended } = await consentsOf(
    tx,
    undo,
    rows.map(({ phone }) => phone),
  );
  const importId = undo.change === null ? undo.runId : null;
  const now = await timeNow(tx);
  const undone = rows.flatMap((row) => {
    const contact = current.get(row.contactId)?.values;
    // Erased, deleted, or removed by the undo of the import that added it.
    if (!contact) return [];
    const change = { ...row, ...(ended.get(row.phone) ?? NONE_ENDED), importId, current: contact, now };
    return [{ row, contact, ...undoChange(change) }];
  });
  await writeContacts(tx, undone.flatMap(withValues(({ row }) => row.contactId)));
  await saveKept(
    tx,
    undo,
    undone.map(({ row, kept }) => ({ ...row, kept })),
  );
  const restored = undone.filter(({ isRestored }) => isRestored).length;
  const progress = { done: rows.length, restored, removed: 0, consentsEnded };
  await saveUndoProgress(tx, undo.runId, { kind: last.kind, id: last.contactId, ...progress });
  return true;
}

/** Returns the whole rows of contacts that have columns to write. */
const withValues =
  <One extends { contact: ContactValues; values: ContactValues }>(idOf: (one: One) => string) =>
  (one: One) =>
    Object.keys(one.values).length > 0 ? [{ ...one.contact, ...one.values, id: idOf(one) }] : [];

/** Ends the consents that came with an import. A bulk action brought none. */
async function consentsOf(tx: PipelineTransaction, undo: LeasedUndo, phones: readonly string[]) {
  if (undo.change !== null) return { consentsEnded: 0, ended: new Map<string, never>() };
  const consentsEnded = await endImportsConsents(tx, undo, phones);
  return { consentsEnded, ended: await endedConsents(tx, undo.tenantId, phones) };
}

/**
 * Removes the next contacts that the import added and nobody has used since. Returns false if none is left.
 *
 * A claim waits for the tenant's budget, and a reply for its person: so nobody is texted, and nobody writes, between the
 * check and the commit. A person who writes at this moment is kept.
 */
async function undoAdded(
  tx: PipelineTransaction,
  undo: LeasedUndo,
  positionId: string | null,
): Promise<boolean> {
  const { runId: importId, tenantId } = undo;
  const [next] = await tx<{ id: string; contactIds: string[] }[]>`
    select id, contact_ids as "contactIds" from contact_additions
    where import_id = ${importId} and id > coalesce(${positionId}::uuid, '00000000-0000-0000-0000-000000000000')
    order by id limit 1`;
  if (!next) return false;
  await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
  const here = await tx<{ phone: string }[]>`
    select phone_e164 as phone from contacts where tenant_id = ${tenantId} and id = any(${next.contactIds}::uuid[])`;
  const isFree = await lockPeople(
    tx,
    here.map(({ phone }) => phone),
  );
  const current = await lockContacts(tx, tenantId, next.contactIds);
  const uses = await tx<{ id: string; phone: string; uses: string[] }[]>`
    select c.id, c.phone_e164 as phone, array_remove(array[
      case when exists (select 1 from send_jobs j where j.contact_id = c.id)
        or exists (select 1 from texted_numbers t where t.tenant_id = c.tenant_id and t.phone_e164 = c.phone_e164
          and t.last_texted_at >= c.created_at) then 'texted' end,
      case when exists (select 1 from inbound_messages m where m.tenant_id = c.tenant_id and m.from_phone = c.phone_e164
        and m.created_at >= c.created_at) then 'replied' end,
      case when c.last_import_id is distinct from ${importId} then 'newer-import' end,
      case when c.updated_at <> c.created_at and c.last_import_id = ${importId} then 'changed' end
    ], null) as uses
    from contacts c where c.tenant_id = ${tenantId} and c.id = any(${[...current.keys()]}::uuid[])`;
  const phones = uses.map(({ phone }) => phone);
  const { consentsEnded, ended } = await consentsOf(tx, undo, phones);
  const now = await timeNow(tx);
  const kept = uses.flatMap((one) => {
    const why = isFree.get(one.phone) ? one.uses : [...one.uses, "busy"];
    if (why.length === 0) return [];
    const contact = current.get(one.id)!.values;
    const nothing = { before: {}, after: {}, ...(ended.get(one.phone) ?? NONE_ENDED) };
    return [{ ...one, why, contact, ...undoChange({ ...nothing, importId, current: contact, now }) }];
  });
  const keptIds = new Set(kept.map(({ id }) => id));
  const gone = uses.flatMap(({ id }) => (keptIds.has(id) ? [] : [id]));
  await tx`delete from contacts where tenant_id = ${tenantId} and id = any(${gone}::uuid[])`;
  await tx`
    delete from contact_changes where import_id = ${importId} and kind = ${CHANGE_KINDS.added} and contact_id = any(${next.contactIds}::uuid[])`;
  await writeContacts(tx, kept.flatMap(withValues(({ id }) => id)));
  await tx`
    insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after, kept)
    select ${tenantId}, ${importId}, ${CHANGE_KINDS.added}, id, phone, '{}', '{}', array(select jsonb_array_elements_text(why))
    from jsonb_to_recordset(${tx.json(kept.map(({ id, phone, why }) => ({ id, phone, why })) as never)})
      as given (id uuid, phone text, why jsonb)`;
  const progress = { done: next.contactIds.length, restored: 0, removed: gone.length, consentsEnded };
  await saveUndoProgress(tx, importId, { kind: CHANGE_KINDS.added, id: next.id, ...progress });
  return true;
}
