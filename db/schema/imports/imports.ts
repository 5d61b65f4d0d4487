import type { FileConsent } from "@smscrm/core/consent/imported";
import type { FileLayout } from "@smscrm/core/files/file-layout";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { at, bytes, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

export const IMPORT_STATUSES = [
  "uploading",
  "ready",
  "queued",
  "running",
  "completed",
  "failed",
  "canceled",
] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

/** `opt-outs`: a list of numbers for the do-not-contact list, which makes no contacts. */
export const IMPORT_KINDS = ["contacts", "opt-outs"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

export const imports = pgTable(
  "imports",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    fileName: text("file_name").notNull(),
    kind: text("kind").$type<ImportKind>().notNull().default("contacts"),
    /** Whether the first row has headings: a list of opt-outs may begin with a number. */
    hasHeader: boolean("has_header").notNull().default(true),
    status: text("status").$type<ImportStatus>().notNull().default("uploading"),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull().default(0),
    encoding: text("encoding"),
    delimiter: text("delimiter"),
    header: jsonb("header").$type<string[]>(),
    /** How the file is laid out, apart from its encoding and delimiter. */
    layout: jsonb("layout").$type<FileLayout>().notNull().default({}),
    /** The first rows, unchanged, for the preview. */
    sample: jsonb("sample").$type<string[][]>(),
    mapping: jsonb("mapping").$type<Record<string, string>>(),
    tags: text("tags").array(),
    consentBasis: text("consent_basis"),
    consentEvidence: text("consent_evidence"),
    /** What else holds for the consent of every row: wording, method, date, purposes, topics, event. */
    consent: jsonb("consent").$type<FileConsent>(),
    /** Processed rows of the file, which a restarted import skips. */
    rowsDone: integer("rows_done").notNull().default(0),
    bytesDone: bigint("bytes_done", { mode: "number" }).notNull().default(0),
    rowsTotal: integer("rows_total"),
    created: integer("created").notNull().default(0),
    updated: integer("updated").notNull().default(0),
    unchanged: integer("unchanged").notNull().default(0),
    rejected: integer("rejected").notNull().default(0),
    /** Imported contacts that were on the do-not-contact list before; they stay there. */
    keptOptedOut: integer("kept_opted_out").notNull().default(0),
    /** Numbers that this file put on the do-not-contact list. */
    optedOut: integer("opted_out").notNull().default(0),
    rejectedByReason: jsonb("rejected_by_reason").$type<Record<string, number>>().notNull().default({}),
    /** People whose name the file changed. */
    renamed: integer("renamed").notNull().default(0),
    /** What members answered so far, while it waits to be started. */
    choices: jsonb("choices").$type<Record<string, unknown>>(),
    /** Whether the change log has all that it changed. False for imports from before the log, and once that is swept. */
    isLogged: boolean("is_logged").notNull().default(false),
    /** A sentence for the operator when it failed. */
    error: text("error"),
    leaseUntil: at("lease_until"),
    leasedBy: text("leased_by"),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
    startedAt: at("started_at"),
    finishedAt: at("finished_at"),
  },
  (table) => [
    unique("imports_tenant_id").on(table.tenantId, table.id),
    index("imports_open").on(table.status, table.id),
    index("imports_finished").on(table.finishedAt),
    index("imports_logged").on(table.finishedAt).where(sql`is_logged`),
    check("imports_kind", sql`"kind" IN ('contacts', 'opt-outs')`),
  ],
);

/** The uploaded file in pieces, because the API and the worker may be on different machines. */
export const importChunks = pgTable(
  "import_chunks",
  {
    tenantId: tenantId(),
    importId: uuid("import_id").notNull(),
    sequence: integer("sequence").notNull(),
    data: bytes("data").notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.sequence] })],
);

export const importRejections = pgTable(
  "import_rejections",
  {
    tenantId: tenantId(),
    importId: uuid("import_id").notNull(),
    /** Line of the file on which the row begins, counted from 1. */
    line: integer("line").notNull(),
    reason: text("reason").notNull(),
    detail: text("detail"),
    row: jsonb("row").$type<string[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.line] })],
);
