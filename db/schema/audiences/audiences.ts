import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import { sql } from "drizzle-orm";
import {
  boolean,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** Saved audiences. `version` is the newest of `audience_versions`. */
export const audiences = pgTable(
  "audiences",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    name: text("name").notNull(),
    version: integer("version").notNull().default(1),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
    updatedBy: uuid("updated_by"),
    updatedAt: at("updated_at").notNull().defaultNow(),
    /** Set once it is removed: campaigns that used it still name it. */
    removedAt: at("removed_at"),
  },
  (table) => [
    unique("audiences_tenant_id").on(table.tenantId, table.id),
    uniqueIndex("audiences_name").on(table.tenantId, sql`lower(name)`).where(sql`removed_at is null`),
  ],
);

/** Every definition that an audience has had. A row never changes. */
export const audienceVersions = pgTable(
  "audience_versions",
  {
    tenantId: tenantId(),
    audienceId: uuid("audience_id").notNull(),
    version: integer("version").notNull(),
    name: text("name").notNull(),
    definition: jsonb("definition").$type<AudienceGroup>().notNull(),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.audienceId, table.version] }),
    foreignKey({
      columns: [table.tenantId, table.audienceId],
      foreignColumns: [audiences.tenantId, audiences.id],
    }),
  ],
);

/**
 * When each number was last texted, for audiences: reading it from a million send attempts takes seconds. Settlements
 * write it; what is older than the table comes from `texted_backfill`.
 */
export const textedNumbers = pgTable(
  "texted_numbers",
  {
    tenantId: tenantId(),
    phoneE164: text("phone_e164").notNull(),
    lastTextedAt: at("last_texted_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.phoneE164] })],
);

/** One row: how far back the worker has filled `texted_numbers` from the attempts. */
export const textedBackfill = pgTable("texted_backfill", {
  one: boolean("one").primaryKey().default(true),
  /** Attempts from this one on are counted. Null: none is yet. */
  sweptFrom: uuid("swept_from"),
  finishedAt: at("finished_at"),
});
