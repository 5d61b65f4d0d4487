import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/**
 * What an import or a bulk action did to a contact: kept, because the file said nothing new; changed; renamed; added;
 * deleted; or put on the do-not-contact list or taken off. Or what an import would do, as the comparison before it found.
 */
export const CHANGE_KINDS = {
  ...{ unchanged: 0, changed: 1, renamed: 2, added: 3, deleted: 4, listed: 5 },
  ...{ wouldChange: 11, wouldRename: 12 },
} as const;

/**
 * The change log: what each contact was before an import or a bulk action, by column, and what it became; only what
 * differs. Of a deleted contact it has all columns, and of the do-not-contact list the entry. A contact that an undo kept
 * has a row with the reasons, also one that the import added.
 */
export const contactChanges = pgTable(
  "contact_changes",
  {
    tenantId: tenantId(),
    /** The import or the bulk action. The column has its name from when imports alone were logged. */
    runId: uuid("import_id").notNull(),
    /** A value of `CHANGE_KINDS`. */
    kind: smallint("kind").notNull(),
    contactId: uuid("contact_id").notNull(),
    phoneE164: text("phone_e164").notNull(),
    before: jsonb("before").$type<Record<string, unknown>>().notNull(),
    after: jsonb("after").$type<Record<string, unknown>>().notNull(),
    /** What the last undo left as it is, and why: names of fields, or `texted`. Null: nothing, or it was not undone. */
    kept: text("kept").array(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.kind, table.contactId] }),
    index("contact_changes_person").on(table.tenantId, table.phoneE164),
    index("contact_changes_kept").on(table.runId, table.contactId).where(sql`kept is not null`),
  ],
);

/** The contacts that an import added, some hundreds a row. */
export const contactAdditions = pgTable(
  "contact_additions",
  {
    id: id(),
    tenantId: tenantId(),
    importId: uuid("import_id").notNull(),
    contactIds: uuid("contact_ids").array().notNull(),
  },
  (table) => [index("contact_additions_import").on(table.importId, table.id)],
);

export const UNDO_STATUSES = ["queued", "running", "completed", "failed"] as const;
export type UndoStatus = (typeof UNDO_STATUSES)[number];

/** The undo of an import or a bulk action: at most one of each. It may run again for what it kept. */
export const changeUndos = pgTable(
  "import_undos",
  {
    runId: uuid("import_id").primaryKey(),
    tenantId: tenantId().references(() => tenants.id),
    status: text("status").$type<UndoStatus>().notNull().default("queued"),
    reason: text("reason").notNull(),
    /** The first run takes every contact, a later one those that were kept. */
    run: integer("run").notNull().default(1),
    total: integer("total").notNull().default(0),
    done: integer("done").notNull().default(0),
    /** Contacts that have their earlier values again, at least some of them. */
    restored: integer("restored").notNull().default(0),
    /** Contacts that the import had added. */
    removed: integer("removed").notNull().default(0),
    kept: integer("kept").notNull().default(0),
    consentsEnded: integer("consents_ended").notNull().default(0),
    /** The last row that was undone: its kind and its contact, or the row of additions. */
    positionKind: smallint("position_kind").notNull().default(0),
    positionId: uuid("position_id"),
    error: text("error"),
    leaseUntil: at("lease_until"),
    leasedBy: text("leased_by"),
    requestedBy: uuid("requested_by"),
    requestedAt: createdAt(),
    finishedAt: at("finished_at"),
  },
  (table) => [
    index("import_undos_open")
      .on(table.status, table.requestedAt)
      .where(sql`status in ('queued', 'running')`),
  ],
);

/** The comparison of a file with the contacts, before it is imported: at most one, of the answers of that moment. */
export const importDiffs = pgTable(
  "import_diffs",
  {
    importId: uuid("import_id").primaryKey(),
    tenantId: tenantId().references(() => tenants.id),
    status: text("status").$type<UndoStatus>().notNull().default("queued"),
    /** The answers: mapping, consent, tags. */
    order: jsonb("answers").$type<Record<string, unknown>>().notNull(),
    /** The custom fields that the file is read into, some of which are not defined yet. */
    fields: jsonb("fields").$type<unknown[]>().notNull(),
    bytesDone: bigint("bytes_done", { mode: "number" }).notNull().default(0),
    rowsDone: integer("rows_done").notNull().default(0),
    created: integer("created").notNull().default(0),
    updated: integer("updated").notNull().default(0),
    renamed: integer("renamed").notNull().default(0),
    unchanged: integer("unchanged").notNull().default(0),
    rejected: integer("rejected").notNull().default(0),
    keptOptedOut: integer("kept_opted_out").notNull().default(0),
    optedOut: integer("opted_out").notNull().default(0),
    rejectedByReason: jsonb("rejected_by_reason").$type<Record<string, number>>().notNull().default({}),
    /** False if the file has more rows than are compared. */
    isWhole: boolean("is_whole").notNull().default(true),
    error: text("error"),
    leaseUntil: at("lease_until"),
    leasedBy: text("leased_by"),
    requestedAt: createdAt(),
    finishedAt: at("finished_at"),
  },
  (table) => [
    index("import_diffs_open")
      .on(table.status, table.requestedAt)
      .where(sql`status in ('queued', 'running')`),
  ],
);
