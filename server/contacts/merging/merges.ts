import { planMerge } from "@smscrm/core/changes/merge-plan";
import { type MergeRefusal, mergeContacts } from "@smscrm/db/changes/merging/merge";
import { listMerges, readMergeCandidates } from "@smscrm/db/changes/merging/preview";
import { type UndoMergeRefusal, undoMerge } from "@smscrm/db/changes/merging/undo-merge";
import { z } from "zod";
import { byId, id, moment, note } from "../../http/inputs.ts";
import { badRequest, conflict, found, notFound } from "../../http/refusals.ts";
import { allowed, router } from "../../trpc.ts";

const pair = z.strictObject({
  keptId: id,
  mergedId: id,
  /** Whose value counts, by field of the preview. Without a choice: of the contact that was changed last. */
  choices: z
    .record(z.string().min(1).max(80), z.enum(["kept", "merged"]))
    .refine((choices) => Object.keys(choices).length <= 500, "Choose for at most 500 fields.")
    .default({}),
});

const SAME = "These are one contact. Choose another to merge with it.";
const MERGED = "One of these contacts was merged already. Reload to see the contact that has its number now.";
const BUSY =
  "A reply of this person is arriving, or somebody is changing their numbers. Try again in a moment.";

const REFUSALS: Readonly<Record<Exclude<MergeRefusal, "gone">, string>> = {
  "merged-already": MERGED,
  changed: "Someone changed one of these contacts after you opened them. Reload to see both as they are now.",
  busy: BUSY,
  "unknown-choice":
    "The contacts don't differ in one of the fields that you chose for. Reload to see where they differ.",
};

const UNDO_REFUSALS: Readonly<Record<Exclude<UndoMergeRefusal, "gone">, string>> = {
  "too-late": "This merge was undone already, or is more than 30 days old. It can't be undone any more.",
  later: "A later merge of the same contacts must be undone first.",
  moved:
    "Another number is preferred now. Make the number from before the preferred one again, then undo the merge.",
  busy: BUSY,
};

export const merges = router({
  /** What a merge would make of two contacts, and what it would mean. Changes nothing. */
  preview: allowed("contacts.read")
    .input(pair)
    .query(({ ctx, input: { keptId, mergedId, choices } }) =>
      ctx.inTenant(async (tx) => {
        if (keptId === mergedId) throw badRequest(SAME);
        const candidates = await readMergeCandidates(tx, ctx.tenantId, [keptId, mergedId]);
        const kept = found(candidates.get(keptId), "contact");
        const merged = found(candidates.get(mergedId), "contact");
        if (kept.mergedInto !== null || merged.mergedInto !== null) throw conflict(MERGED);
        const { fields, newTags, unknown } = planMerge(kept.values, merged.values, choices);
        if (unknown.length > 0) throw badRequest(REFUSALS["unknown-choice"]);
        const { values: _, mergedInto: __, ...keptFacts } = kept;
        const { values: ___, mergedInto: ____, ...mergedFacts } = merged;
        const refused = [...new Set([...kept.refused, ...merged.refused])];
        return { fields, newTags, kept: keptFacts, merged: mergedFacts, refused };
      }),
    ),

  /** Merges a contact into another. `seen`: when each was changed last, as the preview had it. */
  merge: allowed("contacts.write")
    .input(pair.extend({ reason: note, seen: z.strictObject({ kept: moment, merged: moment }).optional() }))
    .mutation(async ({ ctx, input: { seen, ...input } }): Promise<{ mergeId: string }> => {
      if (input.keptId === input.mergedId) throw badRequest(SAME);
      const { tenantId, session, dependencies } = ctx;
      const outcome = await mergeContacts(dependencies.pipeline, {
        ...{ ...input, tenantId, by: session.userId },
        seen: seen ?? null,
      });
      if (outcome.ok) return { mergeId: outcome.mergeId };
      if (outcome.why === "gone") throw notFound("contact");
      throw conflict(REFUSALS[outcome.why]);
    }),

  /** The merges of a contact, newest first, with until when each can be undone. */
  list: allowed("contacts.read")
    .input(byId)
    .query(({ ctx, input }) => ctx.inTenant((tx) => listMerges(tx, ctx.tenantId, input.id))),

  /** Undoes a merge. `kept`: fields that were changed since, and stay. */
  undo: allowed("contacts.write")
    .input(byId)
    .mutation(async ({ ctx, input }): Promise<{ keptId: string; mergedId: string; kept: string[] }> => {
      const { tenantId, session, dependencies } = ctx;
      const order = { tenantId, mergeId: input.id, by: session.userId };
      const outcome = await undoMerge(dependencies.pipeline, order);
      if (outcome.ok) {
        const { keptId, mergedId, kept } = outcome;
        return { keptId, mergedId, kept };
      }
      if (outcome.why === "gone") throw notFound("merge");
      throw conflict(UNDO_REFUSALS[outcome.why]);
    }),
});
