import { type ContactValues, same, undoChange } from "@smscrm/core/changes/undo-change";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../../postgres/connection.ts";
import type { MergeEffects } from "../../schema/index.ts";
import { timeNow, writeContacts } from "../contact-rows.ts";
import { UNDO_DAYS } from "../undo-runs.ts";
import { type HeldContact, holdPeople } from "./hold-people.ts";
import { unshareEntries } from "./share-refusals.ts";
import { giveBack } from "./take-over.ts";

/**
 * `gone`: there is no such merge, or one of its contacts is gone. `too-late`: it was undone, or its log is no longer kept.
 * `later`: a later merge of the same contacts stands. `moved`: another number is preferred now. `busy`: as in a merge.
 */
export type UndoMergeRefusal = "gone" | "too-late" | "later" | "moved" | "busy";
export type UndoMergeOutcome =
  | { ok: true; keptId: string; mergedId: string; kept: string[] }
  | { ok: false; why: UndoMergeRefusal };

interface LoggedMerge {
  keptId: string;
  mergedId: string;
  before: { kept: ContactValues; merged: ContactValues } | null;
  after: { kept: ContactValues; merged: ContactValues };
  effects: MergeEffects;
  isOpen: boolean;
  isLast: boolean;
}

/**
 * Undoes a merge: both contacts have what they had, each field that nobody changed since. An opt-out, a withdrawn consent and
 * a refused purpose stay, on every number that they came to hold for. The last merge of a contact is undone first.
 */
export function undoMerge(
  pipeline: Pipeline,
  { tenantId, mergeId, by }: { tenantId: string; mergeId: string; by: string },
): Promise<UndoMergeOutcome> {
  return transact(pipeline, async (tx) => {
    const [named] = await tx<{ keptId: string; mergedId: string }[]>`
      select kept_id as "keptId", merged_id as "mergedId" from contact_merges
      where tenant_id = ${tenantId} and id = ${mergeId}`;
    if (!named) return refused("gone");
    const held = await holdPeople(tx, tenantId, [named.keptId, named.mergedId]);
    if (held === null) return refused("busy");
    const merge = await lockMerge(tx, tenantId, mergeId);
    const kept = held.get(named.keptId);
    const merged = held.get(named.mergedId);
    if (!merge || !kept || !merged) return refused("gone");
    if (!merge.isOpen || !merge.before) return refused("too-late");
    if (!merge.isLast) return refused("later");
    if (kept.mergedInto !== null || merged.mergedInto !== kept.id) return refused("moved");
    const still = await writeBack(tx, { kept, merged }, merge);
    const { effects } = merge;
    await tx`
      update contacts set merged_into = null where id = ${merged.id}`;
    await tx`
      update contacts set merged_into = ${merged.id}
      where id = any(${effects.numbers}::uuid[]) and merged_into = ${kept.id}`;
    await giveBack(tx, tenantId, effects, { from: kept, to: merged });
    if (!effects.isOwnOptOut) await unshareEntries(tx, tenantId, effects.listed);
    await tx`update contact_merges set undone_at = clock_timestamp(), undone_by = ${by} where id = ${mergeId}`;
    await recordPipelineAudits(tx, [
      {
        ...{
          tenantId,
          actorId: by,
          action: "contact.merge-undone",
          objectKind: "contact",
          objectId: kept.id,
        },
        detail: { contactId: merged.id, mergeId, ...(still.length > 0 && { kept: still }) },
      },
    ]);
    return { ok: true, ...named, kept: still };
  });
}

const refused = (why: UndoMergeRefusal): UndoMergeOutcome => ({ ok: false, why });

async function lockMerge(tx: PipelineTransaction, tenantId: string, id: string) {
  const [merge] = await tx<LoggedMerge[]>`
    select m.kept_id as "keptId", m.merged_id as "mergedId", m.before, m.after, m.effects,
      m.undone_at is null and m.created_at > clock_timestamp() - make_interval(days => ${UNDO_DAYS}) as "isOpen",
      not exists (
        select 1 from contact_merges l where l.tenant_id = m.tenant_id and l.id > m.id and l.undone_at is null
          and (l.kept_id in (m.kept_id, m.merged_id) or l.merged_id in (m.kept_id, m.merged_id))) as "isLast"
    from contact_merges m where m.tenant_id = ${tenantId} and m.id = ${id} for update`;
  return merge;
}

/** Returns the names of fields that were changed since, and stay. */
async function writeBack(
  tx: PipelineTransaction,
  held: { kept: HeldContact; merged: HeldContact },
  { before, after, effects }: LoggedMerge,
): Promise<string[]> {
  const now = await timeNow(tx);
  const none = { importId: null, endedConsents: [], undoneConsents: [], now };
  const undone = (["kept", "merged"] as const).map((side) => {
    const { id, values: current } = held[side];
    const { values, kept } = undoChange({
      ...none,
      before: before![side],
      after: after[side],
      current,
    });
    // What became stricter, or was changed since, is a change that stays: the time of before would be wrong.
    const isAsBefore =
      !effects.isStricter && kept.length === 0 && same(current.updated_at, after[side].updated_at);
    const time = isAsBefore ? before![side].updated_at : now;
    return { row: { ...current, ...values, updated_at: time, id }, kept };
  });
  await writeContacts(
    tx,
    undone.map(({ row }) => row),
  );
  return [...new Set(undone.flatMap(({ kept }) => kept))];
}

const MERGES_PER_SWEEP = 1_000;

/** Forgets what contacts were before merges that can't be undone any more. Returns how many. */
export async function sweepMerges(tx: PipelineTransaction): Promise<number> {
  const swept = await tx`
    update contact_merges set before = null, after = null where id in (
      select id from contact_merges where before is not null
        and created_at < clock_timestamp() - make_interval(days => ${UNDO_DAYS})
      order by created_at limit ${MERGES_PER_SWEEP} for no key update skip locked)`;
  return swept.count;
}
