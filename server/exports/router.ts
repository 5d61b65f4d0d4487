import { forbidden } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import { guardRefusal } from "../users/session-guard.ts";
import { askedList, listPath } from "./asked-list.ts";
import { LISTS, openList } from "./lists.ts";

/** Lists as files. A file of an audience, a campaign, an import or the audit log has its procedure beside them. */
export const exports = router({
  /** Where a list is downloaded, with the filter of its page. A mutation, so that a proof can be asked for first. */
  start: allowed("contacts.export")
    .input(askedList)
    .mutation(async ({ ctx, input: { list, format, filter } }): Promise<{ path: string }> => {
      const { action } = LISTS[list];
      const refusal = guardRefusal(ctx.session, action);
      if (refusal) throw forbidden(refusal.error);
      // A filter that the file would be refused for is refused here, where the page shows why.
      await ctx.inTenant((tx) => openList(tx, ctx.session, list, filter));
      return { path: listPath(list, format, filter) };
    }),
});
