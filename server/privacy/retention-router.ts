import { RETENTION_KINDS, retentionFault } from "@smscrm/core/privacy/retention";
import { recordAudit } from "@smscrm/db/audit/audit";
import {
  PREVIEW_ROWS_MAX,
  previewRetention,
  readRetention,
  setRetention,
} from "@smscrm/db/privacy/retention";
import { z } from "zod";
import { badRequest } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";

const rule = z.object({ kind: z.enum(RETENTION_KINDS), months: z.int() });

export const retention = router({
  get: allowed("privacy.read").query(({ ctx }) => ctx.inTenant((tx) => readRetention(tx, ctx.tenantId))),

  /** How many rows a rule would remove now; `isMore`: more than were counted. */
  preview: allowed("privacy.read")
    .input(rule)
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ rows: number; isMore: boolean }> => {
        refuseFault(input);
        const rows = await previewRetention(tx, ctx.tenantId, input);
        return { rows: Math.min(rows, PREVIEW_ROWS_MAX), isMore: rows > PREVIEW_ROWS_MAX };
      }),
    ),

  set: allowed("retention.write")
    .input(rule.extend({ months: z.int().nullable() }))
    .mutation(({ ctx, input: { kind, months } }) =>
      ctx.inTenant(async (tx): Promise<{ ok: true }> => {
        if (months !== null) refuseFault({ kind, months });
        const by = ctx.session.userId;
        await setRetention(tx, ctx.tenantId, { kind, months, by });
        await recordAudit(tx, {
          ...{ tenantId: ctx.tenantId, actorId: by, action: "retention.change" },
          ...{ objectKind: "retention", objectId: kind, detail: { months } },
        });
        return { ok: true };
      }),
    ),
});

function refuseFault({ kind, months }: z.output<typeof rule>): void {
  const fault = retentionFault(kind, months);
  if (fault) throw badRequest(fault);
}
