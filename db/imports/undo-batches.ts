import { type ContactValues, type Json, undoChange } from "@smscrm/core/imports/undo-change";
import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";
import { transact } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { CHANGE_KINDS } from "../schema/index.ts";
import { timeAsJson } from "./logged-change.ts";
import { completeUndo, holdUndo, type LeasedUndo, saveUndoProgress, type UndoPosition } from "./undo-runs.ts";

const CONTACTS_PER_BATCH = 500;

/** `lost`: another worker has it. */
export type UndoStep = "again" | "completed" | "lost";

/**
 * Undoes the next batch in one transaction: first the contacts that the import changed, then those that it added. A killed
 * undo goes on at its position, and a contact that has its earlier values is left as it is.
 */
export function undoBatch(
  pipeline: Pipeline,
  workerId: string,
  undo: LeasedUndo,
  contactsPerBatch = CONTACTS_PER_BATCH,
): Promise<UndoStep> {
  return transact(pipeline, async (tx) => {
    const position = await holdUndo(tx, undo.importId, workerId);
    if (!position) return "lost";
    if (position.kind < CHANGE_KINDS.added) {
      const changed = await undoChanged(tx, undo, position, contactsPerBatch);
      if (changed) return "again";
    }
    if (await undoAdded(tx, undo, position.kind < CHANGE_KINDS.added ? null : position.id)) return "again";
    await completeUndo(tx, undo);
    return "completed";
  });
}

interface ChangeRow {
  kind: number;
  contactId: string;
  phone: string;
  before: ContactValues;
  after: ContactValues;
}

/** Returns false if no changed contact is left. */
async function undoChanged(
  tx: PipelineTransaction,
  undo: LeasedUndo,
  position: UndoPosition,
  limit: number,
): Promise<boolean> {
  const { importId, run } = undo;
  const rows = await tx<ChangeRow[]>`
    select kind, contact_id as "contactId", phone_e164 as phone, before, after from contact_changes
    where import_id = ${importId} and kind < ${CHANGE_KINDS.added}
      and (kind, contact_id) > (${position.kind}::int, coalesce(${position.id}::uuid, '00000000-0000-0000-0000-000000000000'))
      and (${run} = 1 or kept is not null)
    order by kind, contact_id limit ${limit}`;
  const last = rows.at(-1);
  if (!last) return false;
  const current = await lockContacts(
    tx,
    undo.tenantId,
    rows.map(({ contactId }) => contactId),
  );
  const phones = rows.map(({ phone }) => phone);
  const consentsEnded = await endImportsConsents(tx, undo, phones);
  const ended = await endedConsents(tx, undo.tenantId, phones);
  const now = await timeNow(tx);
  const undone = rows.flatMap((row) => {
    const contact = current.get(row.contactId);
    // Erased, or removed by the undo of the import that added it.
    if (!contact) return [];
    const change = { ...row, ...(ended.get(row.phone) ?? NONE_ENDED), importId, current: contact, now };
    return [{ row, contact, ...undoChange(change) }];
  });
  await writeContacts(tx, undone);
  await tx`
    update contact_changes ch set kept = case when given.kept = '[]' then null
      else array(select jsonb_array_elements_text(given.kept)) end
    from jsonb_to_recordset(${tx.json(undone.map(({ row, kept }) => ({ kind: row.kind, id: row.contactId, kept })) as never)})
      as given (kind int, id uuid, kept jsonb)
    where ch.import_id = ${importId} and ch.kind = given.kind and ch.contact_id = given.id
      and (given.kept <> '[]' or ch.kept is not null)`;
  const restored = undone.filter(({ isRestored }) => isRestored).length;
  const progress = { done: rows.length, restored, removed: 0, consentsEnded };
  await saveUndoProgress(tx, importId, { kind: last.kind, id: last.contactId, ...progress });
  return true;
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
  const { importId, tenantId } = undo;
  const [next] = await tx<{ id: string; contactIds: string[] }[]>`
    select id, contact_ids as "contactIds" from contact_additions
    where import_id = ${importId} and id > coalesce(${positionId}::uuid, '00000000-0000-0000-0000-000000000000')
    order by id limit 1`;
  if (!next) return false;
  await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
  const free = await tx<{ id: string; isFree: boolean }[]>`
    with here as materialized (
      select id, phone_e164 from contacts where tenant_id = ${tenantId} and id = any(${next.contactIds}::uuid[])
    )
    select id, pg_try_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person}::text || phone_e164, 0)) as "isFree" from here`;
  const isFree = new Map(free.map((one) => [one.id, one.isFree]));
  const current = await lockContacts(tx, tenantId, [...isFree.keys()]);
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
  const consentsEnded = await endImportsConsents(tx, undo, phones);
  const ended = await endedConsents(tx, tenantId, phones);
  const now = await timeNow(tx);
  const kept = uses.flatMap((one) => {
    const why = isFree.get(one.id) ? one.uses : [...one.uses, "busy"];
    if (why.length === 0) return [];
    const contact = current.get(one.id)!;
    const nothing = { before: {}, after: {}, ...(ended.get(one.phone) ?? NONE_ENDED) };
    return [{ ...one, why, contact, ...undoChange({ ...nothing, importId, current: contact, now }) }];
  });
  const keptIds = new Set(kept.map(({ id }) => id));
  const gone = uses.flatMap(({ id }) => (keptIds.has(id) ? [] : [id]));
  await tx`delete from contacts where tenant_id = ${tenantId} and id = any(${gone}::uuid[])`;
  await tx`
    delete from contact_changes where import_id = ${importId} and kind = ${CHANGE_KINDS.added} and contact_id = any(${next.contactIds}::uuid[])`;
  await writeContacts(tx, kept);
  await tx`
    insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after, kept)
    select ${tenantId}, ${importId}, ${CHANGE_KINDS.added}, id, phone, '{}', '{}', array(select jsonb_array_elements_text(why))
    from jsonb_to_recordset(${tx.json(kept.map(({ id, phone, why }) => ({ id, phone, why })) as never)})
      as given (id uuid, phone text, why jsonb)`;
  const progress = { done: next.contactIds.length, restored: 0, removed: gone.length, consentsEnded };
  await saveUndoProgress(tx, importId, { kind: CHANGE_KINDS.added, id: next.id, ...progress });
  return true;
}

/** The columns that an undo may write, as `LOGGED_CHANGE` logs them. */
const COLUMNS = [
  ...[
    "country",
    "line_type",
    "first_name",
    "last_name",
    "email",
    "city",
    "state",
    "postcode",
    "address_country",
  ],
  ...["custom", "tags", "timezone", "timezone_source"],
  ...["consent_basis", "consent_at", "consent_expires_at", "consent_summary", "last_import_id", "updated_at"],
];

const AS_JSON = `jsonb_build_object(${COLUMNS.map(
  (column) => `'${column}', ${/_at$/.test(column) ? timeAsJson(`c.${column}`) : `to_jsonb(c.${column})`}`,
).join(", ")})`;

async function lockContacts(
  tx: PipelineTransaction,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, ContactValues>> {
  const rows = await tx<{ id: string; values: ContactValues }[]>`
    select c.id, ${tx.unsafe(AS_JSON)} as values from contacts c
    where c.tenant_id = ${tenantId} and c.id = any(${ids as string[]}::uuid[]) order by c.id for no key update`;
  return new Map(rows.map(({ id, values }) => [id, values]));
}

/**
 * Ends the consents that came with the import. The records stay, because something may have been sent under them; each
 * gets a withdrawal that says why.
 */
async function endImportsConsents(
  tx: PipelineTransaction,
  { tenantId, importId, fileName, reason, requestedBy }: LeasedUndo,
  phones: readonly string[],
): Promise<number> {
  const evidence = { note: `The import of ${fileName} was undone: ${reason}`, importId };
  const ended = await tx`
    insert into consents (tenant_id, phone_e164, basis, source, withdraws, evidence, recorded_by)
    select e.tenant_id, e.phone_e164, 'withdrawn', 'operator', e.id, ${tx.json(evidence)}, ${requestedBy}
    from consents e
    where e.tenant_id = ${tenantId} and e.phone_e164 = any(${phones as string[]}::text[]) and e.source = 'import'
      and e.basis not in ('unknown', 'withdrawn') and e.evidence ->> 'importId' = ${importId}
      and not exists (select 1 from consents w where w.tenant_id = e.tenant_id and w.phone_e164 = e.phone_e164
        and w.withdraws = e.id)
    order by e.id returning 1`;
  return ended.length;
}

interface Ended {
  endedConsents: Json[];
  undoneConsents: Json[];
}
const NONE_ENDED: Ended = { endedConsents: [], undoneConsents: [] };

/**
 * Returns the consents of people that were withdrawn one by one, as entries of their summaries. An entry that another
 * consent shares stays, unless the person withdrew all after it.
 */
async function endedConsents(
  tx: PipelineTransaction,
  tenantId: string,
  phones: readonly string[],
): Promise<Map<string, Ended>> {
  const rows = await tx<(Ended & { phone: string })[]>`
    with theirs as materialized (
      select e.id, e.phone_e164, consent_entry(e) as entry, w.is_ended, w.is_undone, exists (
          select 1 from consents w where w.tenant_id = e.tenant_id and w.phone_e164 = e.phone_e164 and w.basis = 'withdrawn'
            and w.withdraws is null and w.id > e.id
        ) as is_past
      from consents e cross join lateral (
        select count(*) > 0 as is_ended, coalesce(bool_and(w.evidence ? 'importId'), false) as is_undone
        from consents w where w.tenant_id = e.tenant_id and w.phone_e164 = e.phone_e164 and w.withdraws = e.id
      ) w
      where e.tenant_id = ${tenantId} and e.phone_e164 = any(${phones as string[]}::text[]) and e.basis not in ('unknown', 'withdrawn')
    )
    select e.phone_e164 as phone, jsonb_agg(e.entry) as "endedConsents",
      coalesce(jsonb_agg(e.entry) filter (where e.is_undone), '[]') as "undoneConsents"
    from theirs e
    where e.is_ended and not exists (
      select 1 from theirs o where o.phone_e164 = e.phone_e164 and o.entry = e.entry and not o.is_ended and not o.is_past)
    group by 1`;
  return new Map(rows.map(({ phone, ...ended }) => [phone, ended]));
}

async function timeNow(tx: PipelineTransaction): Promise<string> {
  const [row] = await tx<{ now: string }[]>`select ${tx.unsafe(timeAsJson("clock_timestamp()"))} as now`;
  return row!.now;
}

/** One statement; `holdUndo` set the zone in which the times are read. */
async function writeContacts(
  tx: PipelineTransaction,
  undone: readonly {
    contact: ContactValues;
    values: ContactValues;
    row?: { contactId: string };
    id?: string;
  }[],
): Promise<void> {
  const rows = undone.flatMap(({ contact, values, row, id }) =>
    Object.keys(values).length > 0 ? [{ ...contact, ...values, id: id ?? row?.contactId }] : [],
  );
  if (rows.length === 0) return;
  await tx`
    update contacts c set ${tx.unsafe(COLUMNS.map((column) => `${column} = r.${column}`).join(", "))}
    from jsonb_populate_recordset(null::contacts, ${tx.json(rows as never)}) r where c.id = r.id`;
}
