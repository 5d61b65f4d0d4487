import { type MergePlan, type MergeSide, planMerge } from "@smscrm/core/changes/merge-plan";
import type { ContactValues } from "@smscrm/core/changes/undo-change";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../../postgres/connection.ts";
import type { MergeEffects } from "../../schema/index.ts";
import { lockContacts, timeNow, writeContacts } from "../contact-rows.ts";
import { type HeldContact, holdPeople, PERSON_COLUMNS } from "./hold-people.ts";
import { shareRefusals } from "./share-refusals.ts";
import { takeOver } from "./take-over.ts";

export interface MergeOrder {
  tenantId: string;
  keptId: string;
  mergedId: string;
  /** Whose value counts, by field of the plan. */
  choices: Readonly<Record<string, MergeSide>>;
  reason: string;
  by: string;
  /** When each contact was changed last, as the member saw it: a change since then is refused. Null: not compared. */
  seen: { kept: Date; merged: Date } | null;
}

/**
 * `gone`: one of them is no contact. `merged-already`: one is a further number of another contact. `changed`: one was changed
 * since the member saw it. `busy`: a reply arrives, or somebody changes the same numbers. `unknown-choice`: the contacts
 * don't differ there.
 */
export type MergeRefusal = "gone" | "merged-already" | "changed" | "busy" | "unknown-choice";
export type MergeOutcome = { ok: true; mergeId: string } | { ok: false; why: MergeRefusal };

/**
 * Merges a contact into another: one person with both numbers, of which the kept contact's is preferred. One transaction,
 * after the tenant's claims and before the next ones, so that no campaign texts both. Consents, opt-outs, messages and
 * replies stay with their numbers; the strictest of them holds for both. The log has what both were.
 */
export function mergeContacts(pipeline: Pipeline, order: MergeOrder): Promise<MergeOutcome> {
  return transact(pipeline, async (tx) => {
    const { tenantId, keptId, mergedId, by } = order;
    const held = await holdPeople(tx, tenantId, [keptId, mergedId]);
    if (held === null) return refused("busy");
    const kept = held.get(keptId);
    const merged = held.get(mergedId);
    if (!kept || !merged) return refused("gone");
    if (kept.mergedInto !== null || merged.mergedInto !== null) return refused("merged-already");
    if (order.seen && (isNewer(kept, order.seen.kept) || isNewer(merged, order.seen.merged)))
      return refused("changed");
    const plan = planMerge(kept.values, merged.values, order.choices);
    if (plan.unknown.length > 0) return refused("unknown-choice");
    const numbers = await writeBoth(tx, held, { kept, merged }, plan);
    const { messages, flows } = await takeOver(tx, tenantId, { from: merged, to: kept });
    const { listed, isOwnOptOut, isStricter } = await shareRefusals(tx, tenantId, keptId, by);
    const effects: MergeEffects = { numbers, messages, flows, listed, isOwnOptOut, isStricter };
    const mergeId = await logMerge(tx, order, { before: { kept, merged }, effects });
    await recordPipelineAudits(tx, [
      {
        ...{ tenantId, actorId: by, action: "contact.merge", objectKind: "contact", objectId: keptId },
        detail: {
          ...{ contactId: mergedId, mergeId, reason: order.reason },
          fields: plan.fields.flatMap(({ name, take }) =>
            take === "merged" ? [name.replaceAll("_", " ")] : [],
          ),
        },
      },
    ]);
    return { ok: true, mergeId };
  });
}

const refused = (why: MergeRefusal): MergeOutcome => ({ ok: false, why });

/** To the millisecond, as the API gives times. */
const isNewer = ({ values }: HeldContact, seen: Date) =>
  Date.parse(`${String(values.updated_at).slice(0, 23)}Z`) !== seen.getTime();

/** Writes both contacts. Further numbers of the merged one go with it; returns their ids. */
async function writeBoth(
  tx: PipelineTransaction,
  held: ReadonlyMap<string, HeldContact>,
  { kept, merged }: { kept: HeldContact; merged: HeldContact },
  plan: MergePlan,
): Promise<string[]> {
  const now = await timeNow(tx);
  await writeContacts(tx, [
    { ...kept.values, ...plan.values, updated_at: now, id: kept.id },
    { ...merged.values, ...plan.blank, updated_at: now, id: merged.id },
  ]);
  const numbers = [...held.values()].flatMap(({ id, mergedInto }) => (mergedInto === merged.id ? [id] : []));
  await tx`update contacts set merged_into = ${kept.id} where id = any(${[merged.id, ...numbers]}::uuid[])`;
  return numbers;
}

async function logMerge(
  tx: PipelineTransaction,
  { tenantId, keptId, mergedId, reason, by }: MergeOrder,
  { before, effects }: { before: { kept: HeldContact; merged: HeldContact }; effects: MergeEffects },
): Promise<string> {
  const after = await lockContacts(tx, tenantId, [keptId, mergedId]);
  const was = { kept: personOf(before.kept.values), merged: personOf(before.merged.values) };
  const is = { kept: personOf(after.get(keptId)!.values), merged: personOf(after.get(mergedId)!.values) };
  const [logged] = await tx<{ id: string }[]>`
    insert into contact_merges (tenant_id, kept_id, merged_id, reason, before, after, effects, merged_by)
    values (${tenantId}, ${keptId}, ${mergedId}, ${reason}, ${tx.json(was as never)}, ${tx.json(is as never)},
      ${tx.json(effects as never)}, ${by}) returning id`;
  return logged!.id;
}

/** The columns that an undo writes: what is about the person. Consent is about the number, and no undo loosens it. */
const LOGGED = [...PERSON_COLUMNS, "timezone", "timezone_source", "updated_at"];
const personOf = (values: ContactValues): ContactValues =>
  Object.fromEntries(LOGGED.map((column) => [column, values[column]]));
