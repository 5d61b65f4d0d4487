import { IMPORT_FIELDS, type ImportMapping } from "@smscrm/core/contact-import";
import type { Encoding } from "@smscrm/core/csv-encoding";
import { recordAudit } from "@smscrm/db/audit";
import * as db from "@smscrm/db/imports";
import { z } from "zod";
import { importView } from "../imports/import-view.ts";
import { readSample } from "../imports/inspect-file.ts";
import { previewRows } from "../imports/preview-rows.ts";
import { watchImport } from "../imports/watch-import.ts";
import { byId, id, note, page, pageWithCursor, tag } from "../inputs.ts";
import { STREAM_MS } from "../live/stream.ts";
import { badRequest, comeBack, conflict, found } from "../refusals.ts";
import { allowed, router } from "../trpc.ts";

const column = z.int().min(0).max(199);
const mapping: z.ZodType<ImportMapping> = z.object({
  ...Object.fromEntries(IMPORT_FIELDS.map((field) => [field, column.optional()])),
  phone: z.int("Choose the column that holds the phone number.").min(0).max(199),
  custom: z.record(z.string().min(1).max(100), column).optional(),
});

export const imports = router({
  list: allowed("contacts.read")
    .input(page)
    .query(({ ctx, input }) => ctx.inTenant((tx) => db.listImports(tx, ctx.tenantId, input))),

  get: allowed("contacts.read")
    .input(byId)
    .query(async ({ ctx, input }) => {
      const record = await ctx.inTenant((tx) => db.findImport(tx, ctx.tenantId, input.id));
      return importView(found(record, "import"), ctx.session.tenant.country);
    }),

  preview: allowed("imports.run")
    .input(z.object({ id, mapping }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        const record = found(await db.findImport(tx, ctx.tenantId, input.id), "import");
        const header = record.header ?? [];
        refuseMissingColumns(input.mapping, header.length);
        const head = await db.readImportHead(tx, ctx.tenantId, input.id);
        if (!head)
          throw conflict("This import has ended, so its file is gone. Upload the file again to preview it.");
        const rows = readSample(head.bytes, head.whole, record.encoding as Encoding);
        return { rows: previewRows(rows, input.mapping, header.length, ctx.session.tenant.country) };
      }),
    ),

  start: allowed("imports.run")
    .input(
      z.object({
        id,
        mapping,
        consentBasis: z.enum(["express", "inferred", "transactional"]),
        consentEvidence: note,
        tags: z
          .array(tag.regex(/^\P{Cc}+$/u, "A tag is one line of text."))
          .max(20)
          .default([]),
      }),
    )
    .mutation(({ ctx, input: { id, ...order } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const record = found(await db.findImport(tx, ctx.tenantId, id), "import");
        refuseMissingColumns(order.mapping, record.header?.length ?? 0);
        if (!(await db.queueImport(tx, ctx.tenantId, id, order))) {
          throw conflict("This import was started before, or canceled. Look at its page for how it went.");
        }
        const { consentBasis, consentEvidence, tags } = order;
        const detail = { fileName: record.fileName, consentBasis, consentEvidence, tags };
        await recordAudit(tx, { ...auditOf(ctx, "import.start", id), detail });
        return { id };
      }),
    ),

  cancel: allowed("imports.run")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        found(await db.findImport(tx, ctx.tenantId, input.id), "import");
        if (!(await db.cancelImport(tx, ctx.tenantId, input.id))) {
          throw conflict("This import has already ended. Contacts that came in with it stay.");
        }
        await recordAudit(tx, auditOf(ctx, "import.cancel", input.id));
        return { id: input.id };
      }),
    ),

  rejections: allowed("contacts.read")
    .input(pageWithCursor(/^\d{1,9}$/).extend({ id }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        found(await db.findImport(tx, ctx.tenantId, input.id), "import");
        return db.listRejections(tx, ctx.tenantId, input.id, input);
      }),
    ),

  live: allowed("contacts.read")
    .input(byId)
    .subscription(async function* ({ ctx, input, signal }) {
      const { database, closing } = ctx.dependencies;
      const ours = AbortSignal.any([closing, AbortSignal.timeout(STREAM_MS)]);
      const until = signal ? AbortSignal.any([signal, ours]) : ours;
      found(await ctx.inTenant((tx) => db.findImport(tx, ctx.tenantId, input.id)), "import");
      for await (const record of watchImport(database, ctx.tenantId, input.id, until)) {
        yield importView(record, ctx.session.tenant.country);
      }
      // As a campaign's stream: whoever is signed out sees no more than this long, all others come back.
      if (ours.aborted) throw comeBack();
    }),
});

function refuseMissingColumns({ custom, ...fields }: ImportMapping, columns: number): void {
  const named = [...Object.values(fields), ...Object.values(custom ?? {})];
  if (named.some((column) => column !== undefined && column >= columns)) {
    throw badRequest(`The file has ${columns} columns: choose each field's column among them.`);
  }
}

const auditOf = (
  ctx: { tenantId: string; session: { userId: string } },
  action: string,
  objectId: string,
) => ({
  tenantId: ctx.tenantId,
  actorId: ctx.session.userId,
  action,
  objectKind: "import",
  objectId,
});
