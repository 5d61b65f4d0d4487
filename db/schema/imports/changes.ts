import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** What an import did to a contact: kept, because the file said nothing new; changed; renamed; or added. */
export const CHANGE_KINDS = { unchanged: 0, changed: 1, renamed: 2, added: 3 } as const;

/**
 * The change log of imports: what each contact was before, by column, and what it became; only what differs. A contact
 * that an undo kept has a row with the reasons, also one that the import added.
 */
export const contactChanges = pgTable(
  "contact_changes",
  {
    tenantId: tenantId(),
    importId: uuid("import_id").notNull(),
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
    primaryKey({ columns: [table.importId, table.kind, table.contactId] }),
    index("contact_changes_person").on(table.tenantId, table.phoneE164),
    index("contact_changes_kept").on(table.importId, table.contactId).where(sql`kept is not null`),
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

/** The undo of an import: at most one. It may run again for what it kept. */
export const importUndos = pgTable(
  "import_undos",
  {
    importId: uuid("import_id").primaryKey(),
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
