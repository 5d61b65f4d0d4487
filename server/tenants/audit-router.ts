import { listAuditEntries, readAuditEvidence } from "@smscrm/db/audit/audit";
import { pageWithCursor } from "../http/inputs.ts";
import { allowed, router } from "../trpc.ts";

export const audit = router({
  list: allowed("audit.read")
    .input(pageWithCursor(/^\d{1,15}$/))
    .query(({ ctx, input }) => ctx.inTenant((tx) => listAuditEntries(tx, ctx.tenantId, input))),
  evidence: allowed("audit.read").query(({ ctx }) =>
    ctx.inTenant((tx) => readAuditEvidence(tx, ctx.tenantId)),
  ),
});
