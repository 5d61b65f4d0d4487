import { forbidden } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { guardRefusal } from "../users/session-guard.ts";
import { askedList, listPath } from "./asked-list.ts";
import { LISTS } from "./lists.ts";

/** Lists as files. A file of an audience, a campaign, an import or the audit log has its procedure beside them. */
export const exports = router({
  /** Where a list is downloaded, with the filter of its page. A mutation, so that a proof can be asked for first. */
  start: allowed("contacts.export")
    .input(askedList)
    .mutation(({ ctx, input: { list, format, filter } }): { path: string } => {
      const refusal = guardRefusal(ctx.session, LISTS[list].action);
      if (refusal) throw forbidden(refusal.error);
      return { path: listPath(list, format, filter) };
    }),
});
