import { readAuditEvidence } from "@smscrm/db/audit/audit";
import { listActors, listAuditEntries } from "@smscrm/db/audit/audit-entries";
import { pageWithCursor } from "../http/inputs.ts";
import { fileFormat } from "../http/list-file.ts";
import { allowed, router } from "../trpc.ts";
import { auditFilePath, auditFilter } from "./audit-filter.ts";

const PEOPLE_MAX = 500;

export const audit = router({
  list: allowed("audit.read")
    .input(auditFilter.extend(pageWithCursor(/^\d{1,15}$/).shape))
    .query(({ ctx, input: { cursor, limit, ...filter } }) =>
      ctx.inTenant((tx) => listAuditEntries(tx, ctx.tenantId, filter, { cursor, limit })),
    ),
  /** The members whose entries can be asked for. */
  people: allowed("audit.read").query(({ ctx }) =>
    ctx.inTenant((tx) => listActors(tx, ctx.tenantId, PEOPLE_MAX)),
  ),
  evidence: allowed("audit.read").query(({ ctx }) =>
    ctx.inTenant((tx) => readAuditEvidence(tx, ctx.tenantId)),
  ),
  /** Where these entries are downloaded. A mutation, so that a proof can be asked for first. */
  export: allowed("audit.read")
    .input(auditFilter.extend({ format: fileFormat }))
    .mutation(({ input: { format, ...filter } }): { path: string } => ({
      path: auditFilePath(filter, format),
    })),
});
