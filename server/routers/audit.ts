import { listAuditEntries } from "@smscrm/db/audit";
import { pageWithCursor } from "../inputs.ts";
import { allowed, router } from "../trpc.ts";

export const audit = router({
  list: allowed("audit.read")
    .input(pageWithCursor(/^\d{1,15}$/))
    .query(({ ctx, input }) => ctx.inTenant((tx) => listAuditEntries(tx, ctx.tenantId, input))),
});
