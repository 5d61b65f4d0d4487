import type { ContactValues } from "@smscrm/core/changes/undo-change";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import type { LeasedUndo, UndoPosition } from "./undo-runs.ts";

/** A row of the change log. */
export interface ChangeRow {
  kind: number;
  contactId: string;
  phone: string;
  before: ContactValues;
  after: ContactValues;
}

/** Returns the next rows of the log after the undo's position, up to a kind. A second run takes those that were kept. */
export function nextChanges(
  tx: PipelineTransaction,
  { runId, run }: LeasedUndo,
  { kind, id }: UndoPosition,
  { upTo, limit }: { upTo: number; limit: number },
): Promise<ChangeRow[]> {
  return tx<ChangeRow[]>`
    select kind, contact_id as "contactId", phone_e164 as phone, before, after from contact_changes
    where import_id = ${runId} and kind <= ${upTo}
      and (kind, contact_id) > (${kind}::int, coalesce(${id}::uuid, '00000000-0000-0000-0000-000000000000'))
      and (${run} = 1 or kept is not null)
    order by kind, contact_id limit ${limit}`;
}

/** Notes on rows of the log what the undo left as it is, and why. An empty list removes an earlier note. */
export async function saveKept(
  tx: PipelineTransaction,
  { runId }: LeasedUndo,
  rows: readonly (Pick<ChangeRow, "kind" | "contactId"> & { kept: readonly string[] })[],
): Promise<void> {
  const given = rows.map(({ kind, contactId, kept }) => ({ kind, id: contactId, kept }));
  await tx`
    update contact_changes ch set kept = case when given.kept = '[]' then null
      else array(select jsonb_array_elements_text(given.kept)) end
    from jsonb_to_recordset(${tx.json(given as never)}) as given (kind int, id uuid, kept jsonb)
    where ch.import_id = ${runId} and ch.kind = given.kind and ch.contact_id = given.id
      and (given.kept <> '[]' or ch.kept is not null)`;
}

/**
 * Keeps replies of people waiting until the transaction ends. Returns for each number whether that worked: false if a reply
 * arrives at this moment. It waits for none, because the tenant's claims wait for this transaction.
 */
export async function lockPeople(
  tx: PipelineTransaction,
  phones: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const rows = await tx<{ phone: string; isFree: boolean }[]>`
    select phone, pg_try_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person}::text || phone, 0)) as "isFree"
    from unnest(${phones as string[]}::text[]) as p (phone)`;
  return new Map(rows.map(({ phone, isFree }) => [phone, isFree]));
}
