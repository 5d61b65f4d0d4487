import { boolean, char, date, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** A list of people who want no marketing, from outside: a public register's, or another. */
export const suppressionLists = pgTable(
  "suppression_lists",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    name: text("name").notNull(),
    /** A key of `core/data/suppression-registers.json`. */
    register: text("register").notNull(),
    country: char("country", { length: 2 }).notNull(),
    /** Whether marketing waits once the list has expired; otherwise it goes on with a warning. */
    holdsAfterExpiry: boolean("holds_after_expiry").notNull().default(true),
    /** The version in force; null: nothing was uploaded yet. */
    versionId: uuid("version_id"),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
  },
  (table) => [index("suppression_lists_tenant").on(table.tenantId, table.id)],
);

/** One upload of a list. Its numbers count only while the list names it as its version. */
export const suppressionVersions = pgTable(
  "suppression_versions",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    listId: uuid("list_id").notNull(),
    fileName: text("file_name").notNull(),
    /** When the register gave the data out. */
    downloadedOn: date("downloaded_on", { mode: "string" }).notNull(),
    /** From when on it may not be relied on; null: never. */
    expiresAt: at("expires_at"),
    numbers: integer("numbers").notNull().default(0),
    /** Rows that said that their number is not listed. */
    clean: integer("clean").notNull().default(0),
    unreadable: integer("unreadable").notNull().default(0),
    uploadedBy: uuid("uploaded_by"),
    createdAt: createdAt(),
    /** The last batch: an upload without one for long was cut off. */
    touchedAt: at("touched_at").notNull().defaultNow(),
    /** When it took over. */
    activeAt: at("active_at"),
  },
  (table) => [
    index("suppression_versions_list").on(table.tenantId, table.listId, table.id),
    index("suppression_versions_expiry").on(table.expiresAt),
  ],
);

/**
 * The numbers of a version. Plain, because the gates compare them with those of contacts: a keyed hash for each person of
 * each audience would cost more than all gates together, and would hide little, as there are few numbers. The number of
 * an erased person is replaced by its keyed hash.
 */
export const suppressedNumbers = pgTable(
  "suppressed_numbers",
  {
    tenantId: tenantId(),
    versionId: uuid("version_id").notNull(),
    phoneE164: text("phone_e164").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.versionId, table.phoneE164] })],
);
