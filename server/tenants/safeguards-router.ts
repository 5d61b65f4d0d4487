import { recordAudit } from "@smscrm/db/audit/audit";
import * as db from "@smscrm/db/safeguards/safeguards";
import { z } from "zod";
import { allowed, router, signedIn } from "../trpc.ts";
import { mustBeProven } from "../users/session-guard.ts";

const INBOX_LIMIT_MAX = 2_000;

/** What every member may know: a trial and a full inbox explain why texts wait. */
export interface SafeguardsStatus extends Omit<db.Safeguards, "teamNumbers"> {
  /** How many numbers the members have verified as theirs. */
  teamNumbers: number;
}

const status = ({ teamNumbers, ...rest }: db.Safeguards): SafeguardsStatus => ({
  ...rest,
  teamNumbers: teamNumbers.length,
});

/** Trial mode, and the inbox as the pace of marketing. Both are in force with the next claim. */
export const safeguards = router({
  status: signedIn.query(({ ctx }) =>
    ctx.inTenant(async (tx) => status(await db.readSafeguards(tx, ctx.tenantId))),
  ),

  /** Its end lets texts out, so it asks for a fresh proof; its beginning only holds them. */
  setTrial: allowed("settings.write")
    .input(z.strictObject({ isOn: z.boolean() }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<SafeguardsStatus> => {
        if (!input.isOn) mustBeProven(ctx.session);
        if (await db.setTrial(tx, ctx.tenantId, input.isOn))
          await recordAudit(tx, {
            ...{ tenantId: ctx.tenantId, actorId: ctx.session.userId, detail: {} },
            ...{ objectKind: "tenant", objectId: ctx.tenantId },
            action: input.isOn ? "settings.trial-begin" : "settings.trial-end",
          });
        return status(await db.readSafeguards(tx, ctx.tenantId));
      }),
    ),

  /** Null: marketing never waits for the inbox. */
  setInboxLimit: allowed("settings.write")
    .input(
      z.strictObject({
        inboxLimit: z
          .int("Enter a whole number of conversations.")
          .min(1, "Enter 1 or more; leave it empty for no limit.")
          .max(INBOX_LIMIT_MAX, "Enter at most 2,000.")
          .nullable(),
      }),
    )
    .mutation(({ ctx, input: { inboxLimit } }) =>
      ctx.inTenant(async (tx): Promise<SafeguardsStatus> => {
        const before = await db.readSafeguards(tx, ctx.tenantId);
        await db.setInboxLimit(tx, ctx.tenantId, inboxLimit);
        await recordAudit(tx, {
          ...{ tenantId: ctx.tenantId, actorId: ctx.session.userId, action: "settings.inbox-limit" },
          ...{ objectKind: "tenant", objectId: ctx.tenantId },
          detail: { before: before.inboxLimit, after: inboxLimit },
        });
        return status(await db.readSafeguards(tx, ctx.tenantId));
      }),
    ),
});
