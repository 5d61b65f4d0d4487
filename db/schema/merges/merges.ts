import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, primaryKey, smallint, text, unique, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** Columns of both contacts of a merge. The names of values are those of `contacts`. */
interface MergedSides {
  kept: Record<string, unknown>;
  merged: Record<string, unknown>;
}

/** What a merge did beside the two contacts. */
export interface MergeEffects {
  /** Further numbers of the merged contact, which went with it. */
  numbers: string[];
  /** Messages that went over to the kept contact. */
  messages: string[];
  /** Flows in which the kept contact took the place of the merged one. */
  flows: string[];
  /** Numbers that came onto the do-not-contact list. */
  listed: string[];
  /** Whether the person opted out themselves. Then no undo takes a number off the list. */
  isOwnOptOut: boolean;
  /** Whether a consent or preference became stricter, which no undo loosens. */
  isStricter: boolean;
}

/** Merges of two contacts: what both were, so that it can be undone, and who did it. */
export const contactMerges = pgTable(
  "contact_merges",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    keptId: uuid("kept_id").notNull(),
    mergedId: uuid("merged_id").notNull(),
    reason: text("reason").notNull(),
    /** Null: it can't be undone any more. */
    before: jsonb("before").$type<MergedSides>(),
    after: jsonb("after").$type<MergedSides>(),
    effects: jsonb("effects").$type<MergeEffects>().notNull(),
    mergedBy: uuid("merged_by").notNull(),
    createdAt: createdAt(),
    undoneAt: at("undone_at"),
    undoneBy: uuid("undone_by"),
  },
  (table) => [
    unique("contact_merges_tenant_id").on(table.tenantId, table.id),
    index("contact_merges_kept").on(table.tenantId, table.keptId, table.id),
    index("contact_merges_merged").on(table.tenantId, table.mergedId, table.id),
    index("contact_merges_logged").on(table.createdAt).where(sql`before is not null`),
  ],
);

/** Pairs of contacts that a member found to be two people. They are not suggested again. */
export const contactNotDuplicates = pgTable(
  "contact_not_duplicates",
  {
    tenantId: tenantId().references(() => tenants.id),
    lowId: uuid("low_id").notNull(),
    highId: uuid("high_id").notNull(),
    notedBy: uuid("noted_by").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.lowId, table.highId] }),
    index("contact_not_duplicates_high").on(table.tenantId, table.highId),
  ],
);

const keyColumns = () => ({
  tenantId: tenantId().references(() => tenants.id),
  /** `MATCH_KINDS` in db/contacts/person/duplicates.ts names them. */
  kind: smallint("kind").notNull(),
  /** A hash of the value. */
  key: uuid("key").notNull(),
});

/** What each contact may share with another of the same person. Triggers on contacts maintain it. */
export const contactMatchKeys = pgTable(
  "contact_match_keys",
  { ...keyColumns(), contactId: uuid("contact_id").notNull() },
  (table) => [primaryKey({ columns: [table.tenantId, table.kind, table.key, table.contactId] })],
);

/** The keys that several contacts have: the list of likely duplicates reads these alone. */
export const contactSharedKeys = pgTable("contact_shared_keys", keyColumns(), (table) => [
  primaryKey({ columns: [table.tenantId, table.kind, table.key] }),
]);
