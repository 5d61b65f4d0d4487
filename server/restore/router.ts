import { DIFFERENCE_KINDS } from "@smscrm/db/restore/differences";
import {
  listDifferences,
  type RestoreDifference,
  type RestoreStatus,
  readRestore,
  UNLOCK_REFUSALS,
  unlockTenant,
} from "@smscrm/db/restore/status";
import { z } from "zod";
import { unmet } from "../http/refusals.ts";
import { allowed, router, signedIn } from "../trpc.ts";

const PAGE = 50;

export const restore = router({
  /** Null while sending is not locked. Every member sees it, because it explains why nothing is sent. */
  status: signedIn.query(
    ({ ctx }): Promise<RestoreStatus | null> => ctx.inTenant((tx) => readRestore(tx, ctx.tenantId)),
  ),

  /** What the carrier knew and the restored database did not, newest first, of one kind or all. */
  differences: allowed("audit.read")
    .input(z.object({ kind: z.enum(DIFFERENCE_KINDS).nullish(), cursor: z.guid().nullish() }))
    .query(async ({ ctx, input }): Promise<{ rows: RestoreDifference[]; nextCursor: string | null }> => {
      const page = { kind: input.kind ?? null, cursor: input.cursor ?? null, limit: PAGE };
      const rows = await ctx.inTenant((tx) => listDifferences(tx, ctx.tenantId, page));
      return { rows, nextCursor: rows.length === PAGE ? rows.at(-1)!.id : null };
    }),

  /**
   * Unlocks sending, but only after the comparison with the carrier. `restoreId` says which difference the owner has
   * seen.
   */
  unlock: allowed("restore.unlock")
    .input(z.object({ restoreId: z.guid() }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const by = { userId: ctx.session.userId, name: ctx.session.name };
      const result = await ctx.inTenant(async (tx) => {
        const shown = await readRestore(tx, ctx.tenantId);
        if (shown && shown.id !== input.restoreId) return "other" as const;
        return unlockTenant(tx, ctx.tenantId, by);
      });
      if (result === "other")
        throw unmet("The database was restored again. Check the new list of differences first.");
      if (result !== "unlocked") throw unmet(UNLOCK_REFUSALS[result]);
      return { ok: true };
    }),
});
