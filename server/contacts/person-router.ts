import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { bulkWords } from "@smscrm/core/changes/bulk-words";
import { changedFields } from "@smscrm/core/changes/changed-fields";
import { may } from "@smscrm/core/process/roles";
import { numbersOf } from "@smscrm/db/contacts/person/numbers";
import {
  listTimeline,
  TIMELINE_KINDS,
  type TimelineEntry,
  type TimelineKind,
} from "@smscrm/db/contacts/person/timeline";
import { z } from "zod";
import { id, page } from "../http/inputs.ts";
import { found } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

/** What needs more than `contacts.read`. */
const NEEDS: Partial<Record<TimelineKind, "messages.read" | "inbox.read">> = {
  message: "messages.read",
  reply: "inbox.read",
  note: "inbox.read",
};

export const person = router({
  /** What happened to a person, newest first; of the kinds that the member may see. */
  timeline: allowed("contacts.read")
    .input(page.extend({ id, kinds: z.array(z.enum(TIMELINE_KINDS)).max(TIMELINE_KINDS.length).optional() }))
    .query(({ ctx, input: { id: contactId, kinds = [...TIMELINE_KINDS], ...request } }) =>
      ctx.inTenant(async (tx) => {
        // Of all their numbers: what was said on one of them belongs to the person.
        const numbers = await numbersOf(tx, ctx.tenantId, contactId);
        found(numbers[0], "contact");
        const seen = kinds.filter((kind) => {
          const action = NEEDS[kind];
          return action === undefined || may(ctx.session, action);
        });
        const timeline = await listTimeline(tx, ctx.tenantId, numbers, {
          ...request,
          kinds: seen,
        });
        return { ...timeline, items: timeline.items.map(shown) };
      }),
    ),
});

/** What an import changed, field by field; of an action, what the audit log has. */
function shown({ before, after, ...entry }: TimelineEntry) {
  const fields = entry.of === "import" && before && after ? changedFields(before, after) : [];
  const detail: Record<string, unknown> | null = entry.of === "action" ? after : null;
  const name = entry.of === "bulk" || entry.of === "bulk-undo" ? changeWords(entry.name) : entry.name;
  return { ...entry, name, fields, detail };
}

const changeWords = (change: string | null) => (change ? bulkWords(JSON.parse(change) as BulkChange) : null);
