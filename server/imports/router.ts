import { changedFields } from "@smscrm/core/changes/changed-fields";
import { CONSENT_EVENTS, MESSAGE_PURPOSES } from "@smscrm/core/consent/terms";
import { CONSENT_COLUMN_KINDS } from "@smscrm/core/contacts/consent-columns";
import { IMPORT_FIELDS, type ImportMapping, unreadOptOuts } from "@smscrm/core/contacts/import-columns";
import { PHONE_RULES } from "@smscrm/core/contacts/phone-list";
import { ENCODINGS, type Encoding } from "@smscrm/core/files/encoding-guess";
import { recordAudit } from "@smscrm/db/audit/audit";
import { CHANGE_FILTERS, listChanges } from "@smscrm/db/changes/change-log";
import { queueUndo } from "@smscrm/db/changes/undo-runs";
import { queueDiff } from "@smscrm/db/imports/diff-runs";
import { changeReading } from "@smscrm/db/imports/import-uploads";
import * as db from "@smscrm/db/imports/imports";
import { z } from "zod";
import { refuseUnknownTopics } from "../contacts/consents.ts";
import { byId, id, note, page, pageWithCursor, tag } from "../http/inputs.ts";
import { badRequest, conflict, found } from "../http/refusals.ts";
import { asStream } from "../live/streams.ts";
import { allowed, router } from "../trpc.ts";
import { defineFields, fieldsFor, fieldTypes } from "./import-fields.ts";
import { importView } from "./import-view.ts";
import { inspectFile, readSample, SAMPLE_ROWS } from "./inspect-file.ts";
import { previewRows } from "./preview-rows.ts";
import { type ConsentScan, scanConsent } from "./scan-consent.ts";
import { watchImportView } from "./watch-import.ts";

const column = z.int().min(0).max(199);
const phone = z.int("Choose the column that holds the phone number.").min(0).max(199);
const numbers = {
  phone,
  otherPhones: z.array(column).max(10).optional(),
  phoneRule: z.enum(PHONE_RULES).optional(),
  consent: z
    .array(
      z.object({
        column,
        kind: z.enum(CONSENT_COLUMN_KINDS),
        answers: z.record(z.string().max(100), z.enum(["in", "out"])).optional(),
      }),
    )
    .max(20)
    .optional(),
};
const mapping: z.ZodType<ImportMapping> = z.object({
  ...Object.fromEntries(IMPORT_FIELDS.map((field) => [field, column.optional()])),
  ...numbers,
  evidence: z.array(column).max(20).optional(),
  eventDate: column.optional(),
  custom: z.record(z.string().min(1).max(100), column).optional(),
  ignored: z.array(column).max(200).optional(),
});

const optionalNote = z.string().max(500);
/** The form of an import as far as it is filled in. `header`: of the columns that it is about. */
const choices = z.object({
  header: z.array(z.string().max(1_000)).max(200),
  roles: z.array(z.string().max(40)).max(200),
  basis: z.string().max(20),
  evidence: optionalNote,
  terms: z.record(z.string().max(40), z.string().max(2_000)),
  tags: z.string().max(1_000),
  answers: z.record(z.string().max(10), z.record(z.string().max(100), z.enum(["in", "out"]))),
  ignored: z.array(column).max(200),
  phoneRule: z.enum(PHONE_RULES),
  fieldTypes,
});

/** What a member answers before an import of contacts. */
const order = z.object({
  id,
  mapping,
  fieldTypes,
  consentBasis: z.enum(["express", "inferred", "transactional"]),
  consentEvidence: note,
  /** What else holds for the consent of every row. */
  consent: z
    .strictObject({
      wording: z.string().trim().min(1).max(2_000).optional(),
      givenOn: z.iso.date().optional(),
      purposes: z.array(z.enum(MESSAGE_PURPOSES)).min(1).max(4).optional(),
      topics: z.array(z.string().trim().min(1).max(40)).min(1).max(20).optional(),
      event: z.strictObject({ kind: z.enum(CONSENT_EVENTS), on: z.iso.date().optional() }).optional(),
      endsOn: z.iso.date().optional(),
    })
    .default({}),
  tags: z
    .array(tag.regex(/^\P{Cc}+$/u, "A tag is one line of text."))
    .max(20)
    .default([]),
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

  /** Keeps the answers of a form that is not sent yet, for its page to begin with. */
  keepChoices: allowed("imports.run")
    .input(z.object({ id, choices }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ kept: boolean }> => {
        found(await db.findImport(tx, ctx.tenantId, input.id), "import");
        return { kept: await db.keepChoices(tx, ctx.tenantId, input.id, input.choices) };
      }),
    ),

  preview: allowed("imports.run")
    .input(z.object({ id, mapping, fieldTypes }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        const record = found(await db.findImport(tx, ctx.tenantId, input.id), "import");
        const header = record.header ?? [];
        refuseMissingColumns(input.mapping, header.length);
        const head = await db.readImportHead(tx, ctx.tenantId, input.id);
        if (!head)
          throw conflict("This import has ended, so its file is gone. Upload the file again to preview it.");
        const rows = readSample(head.bytes, head.whole, readAsOf(record));
        const fields = await fieldsFor(tx, ctx.tenantId, input.mapping, input.fieldTypes);
        return { rows: previewRows(rows, input.mapping, record, ctx.session.tenant.country, fields) };
      }),
    ),

  /** Returns what the columns of the whole file say about consent, under a mapping. */
  consent: allowed("imports.run")
    .input(z.object({ id, mapping }))
    .query(async ({ ctx, input }): Promise<ConsentScan> => {
      const record = found(await ctx.inTenant((tx) => db.findImport(tx, ctx.tenantId, input.id)), "import");
      refuseMissingColumns(input.mapping, record.header?.length ?? 0);
      return scanConsent(ctx.dependencies.database, ctx.tenantId, record, input.mapping);
    }),

  /** Reads an uploaded file in another way: other encoding, delimiter or header. Nothing is imported. */
  readAs: allowed("imports.run")
    .input(
      z.object({
        id,
        encoding: z.enum(ENCODINGS as [Encoding, ...Encoding[]]).optional(),
        delimiter: z.enum([",", ";", "\t", "|"]).optional(),
        linesAbove: z.int().min(0).max(100).optional(),
      }),
    )
    .mutation(({ ctx, input: { id, ...said } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const record = found(await db.findImport(tx, ctx.tenantId, id), "import");
        const head = await db.readImportHead(tx, ctx.tenantId, id);
        if (!head) throw conflict(STARTED_BEFORE);
        const { encoding, delimiter, layout, kind } = record;
        const { linesAbove, format, sheet } = layout;
        const known = {
          encoding: encoding as Encoding,
          delimiter: delimiter ?? ",",
          linesAbove: linesAbove ?? 0,
        };
        const likelyEncoding = { encoding: known.encoding, confidence: "sure" } as const;
        const { country } = ctx.session.tenant;
        const file = inspectFile({ ...head, likelyEncoding, country, kind, said: { ...known, ...said } });
        if (!file.ok) throw badRequest(file.sentence);
        const { encodingConfidence } = layout;
        const isAsked = said.encoding === undefined && encodingConfidence !== undefined;
        const origin = {
          ...(format && { format }),
          ...(sheet && { sheet }),
          ...(isAsked && { encodingConfidence }),
        };
        const sample = file.rows
          .slice(0, SAMPLE_ROWS)
          .map(({ cells }) => cells.map((cell) => cell.slice(0, 500)));
        const { header, hasHeader } = file;
        const reading = { encoding: file.encoding, delimiter: file.delimiter, header, hasHeader, sample };
        const changed = await changeReading(tx, ctx.tenantId, id, {
          ...reading,
          layout: { ...file.layout, ...origin },
        });
        if (!changed) throw conflict(STARTED_BEFORE);
        return { id };
      }),
    ),

  /**
   * Compares a file with the contacts in the background: who would be new, changed or renamed, unchanged, rejected, still
   * opted out. Nothing is imported. `get` and `live` have the counts, `changes` the list.
   */
  compare: allowed("imports.run")
    .input(order)
    .mutation(({ ctx, input: { id, fieldTypes: types, ...answers } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const record = found(await db.findImport(tx, ctx.tenantId, id), "import");
        refuseMissingColumns(answers.mapping, record.header?.length ?? 0);
        const fields = await fieldsFor(tx, ctx.tenantId, answers.mapping, types);
        if (!(await queueDiff(tx, ctx.tenantId, id, { order: { ...answers, fieldTypes: types }, fields })))
          throw conflict(STARTED_BEFORE);
        return { id };
      }),
    ),

  start: allowed("imports.run")
    .input(order)
    .mutation(({ ctx, input: { id, fieldTypes: types, ...answers } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const record = found(await db.findImport(tx, ctx.tenantId, id), "import");
        if (record.kind !== "contacts")
          throw badRequest("This file is a list of opt-outs. Import it as one.");
        refuseMissingColumns(answers.mapping, record.header?.length ?? 0);
        refuseUnreadOptOuts(record, answers.mapping);
        await refuseUnknownTopics(tx, ctx.tenantId, answers.consent.topics ?? []);
        await defineFields(tx, ctx.tenantId, answers.mapping, types);
        if (!(await db.queueImport(tx, ctx.tenantId, id, answers))) throw conflict(STARTED_BEFORE);
        const { consentBasis, consentEvidence, tags, mapping } = answers;
        const ignored = (mapping.ignored ?? []).map((at) => headingOf(record, at));
        const told = { fileName: record.fileName, consentBasis, consentEvidence, tags };
        const detail = ignored.length > 0 ? { ...told, notOptOuts: ignored } : told;
        await recordAudit(tx, { ...auditOf(ctx, "import.start", id), detail });
        return { id };
      }),
    ),

  /** Adds every number of a list to the do-not-contact list. It creates no contacts. */
  startOptOuts: allowed("doNotContact.add")
    .input(z.object({ id, mapping: z.object({ ...numbers, country: column.optional() }), note }))
    .mutation(({ ctx, input: { id, mapping, note } }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const record = found(await db.findImport(tx, ctx.tenantId, id), "import");
        if (record.kind !== "opt-outs")
          throw badRequest("This file was uploaded as contacts. Import it as contacts.");
        refuseMissingColumns(mapping, record.header?.length ?? 0);
        const order = { mapping, consentBasis: null, consentEvidence: note, tags: [] };
        if (!(await db.queueImport(tx, ctx.tenantId, id, order))) throw conflict(STARTED_BEFORE);
        const detail = { fileName: record.fileName, note };
        await recordAudit(tx, { ...auditOf(ctx, "do-not-contact.import", id), detail });
        return { id };
      }),
    ),

  cancel: allowed("imports.run")
    .input(byId)
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        found(await db.findImport(tx, ctx.tenantId, input.id), "import");
        if (!(await db.cancelImport(tx, ctx.tenantId, input.id))) {
          throw conflict("This import has already ended. Its contacts stay.");
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

  /** Lists the contacts that an import renamed or changed otherwise, or that its undo kept, each with its fields. */
  changes: allowed("contacts.read")
    .input(z.strictObject({ ...page.shape, id, of: z.enum(CHANGE_FILTERS) }))
    .query(({ ctx, input }) =>
      ctx.inTenant(async (tx) => {
        found(await db.findImport(tx, ctx.tenantId, input.id), "import");
        const { items, ...rest } = await listChanges(tx, ctx.tenantId, input.id, input);
        return {
          ...rest,
          items: items.map(({ before, after, kept, ...contact }) => ({
            ...contact,
            kept: kept ?? [],
            fields: changedFields(before, after),
          })),
        };
      }),
    ),

  /**
   * Undoes an import in the background, within 30 days of its end. Contacts get their earlier values, those that it added
   * are removed, and its consents end. It keeps what was changed, texted or answered since, and every opt-out.
   */
  undo: allowed("imports.run")
    .input(z.strictObject({ id, note }))
    .mutation(({ ctx, input }) =>
      ctx.inTenant(async (tx): Promise<{ id: string }> => {
        const record = found(await db.findImport(tx, ctx.tenantId, input.id), "import");
        const order = { reason: input.note, requestedBy: ctx.session.userId };
        if (!(await queueUndo(tx, ctx.tenantId, input.id, order))) throw conflict(whyNoUndo(record));
        const detail = { fileName: record.fileName, reason: input.note };
        await recordAudit(tx, { ...auditOf(ctx, "import.undo", input.id), detail });
        return { id: input.id };
      }),
    ),

  live: allowed("contacts.read")
    .input(byId)
    .subscription(async function* ({ ctx, input, signal }) {
      found(await ctx.inTenant((tx) => db.findImport(tx, ctx.tenantId, input.id)), "import");
      yield* asStream(ctx, signal, (until) => watchImportView(ctx, input.id, until));
    }),
});

const STARTED_BEFORE = "This import was already started, or canceled. Its page shows the result.";

function whyNoUndo({ kind, status, undoStatus, undoableUntil }: db.ImportRecord): string {
  if (kind !== "contacts")
    return "A list of opt-outs can't be undone. Remove single numbers on Do not contact, with a reason.";
  if (undoStatus === "queued" || undoStatus === "running") return "Somebody is undoing this import already.";
  if (!["completed", "canceled", "failed"].includes(status))
    return "This import has not ended. Cancel it, then undo it.";
  if (!undoableUntil)
    return "This import can't be undone: its change log is kept for 30 days, and imports of earlier versions have none.";
  return "This import was undone, and nothing was kept that could be undone now.";
}

function refuseMissingColumns(mapping: ImportMapping, columns: number): void {
  const { custom = {}, consent = [], ignored = [], otherPhones = [], evidence = [] } = mapping;
  const fields = IMPORT_FIELDS.map((field) => mapping[field]);
  const read = [...consent.map(({ column }) => column), ...otherPhones, ...evidence, mapping.eventDate];
  const named = [...fields, ...Object.values(custom), ...read, ...ignored];
  if (named.some((column) => column !== undefined && column >= columns)) {
    throw badRequest(`The file has ${columns} columns: choose each field's column among them.`);
  }
}

type Headed = Pick<db.ImportRecord, "header" | "sample">;

/** Requires a confirmation for each skipped column that may say who opted out. */
function refuseUnreadOptOuts(record: Headed, mapping: ImportMapping): void {
  const unread = unreadOptOuts(record.header ?? [], record.sample ?? [], mapping);
  if (unread.length === 0) return;
  const names = unread.map((column) => `"${headingOf(record, column)}"`).join(" and ");
  throw badRequest(
    `${names} may say who opted out. Import it as that (mapping.consent), or confirm that it does not (mapping.ignored).`,
  );
}

const headingOf = ({ header }: Headed, column: number) =>
  header?.[column]?.trim().slice(0, 60) || `Column ${column + 1}`;

const readAsOf = ({ encoding, delimiter, layout, hasHeader }: db.ImportRecord) => ({
  ...{ layout, hasHeader, delimiter: delimiter ?? "," },
  encoding: encoding as Encoding,
});

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
