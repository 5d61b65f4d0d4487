import { sql } from "drizzle-orm";
import {
  boolean,
  foreignKey,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** Saved texts for campaigns. `version` is the newest of `template_versions`. */
export const templates = pgTable(
  "templates",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    name: text("name").notNull(),
    version: integer("version").notNull().default(1),
    /** The member who answers for it. */
    ownerId: uuid("owner_id").notNull(),
    createdAt: createdAt(),
    updatedBy: uuid("updated_by").notNull(),
    updatedAt: at("updated_at").notNull().defaultNow(),
    /** Set once it is removed: campaigns that used it still name it. */
    removedAt: at("removed_at"),
  },
  (table) => [
    unique("templates_tenant_id").on(table.tenantId, table.id),
    uniqueIndex("templates_name").on(table.tenantId, sql`lower(name)`).where(sql`removed_at is null`),
  ],
);

/** Every text that a template has had. A row never changes. */
export const templateVersions = pgTable(
  "template_versions",
  {
    tenantId: tenantId(),
    templateId: uuid("template_id").notNull(),
    version: integer("version").notNull(),
    name: text("name").notNull(),
    body: text("body").notNull(),
    smartEncoding: boolean("smart_encoding").notNull(),
    /** The language of the body, as a tag; empty: not said. */
    language: text("language").notNull().default(""),
    createdBy: uuid("created_by").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.templateId, table.version] }),
    foreignKey({
      name: "template_versions_template",
      columns: [table.tenantId, table.templateId],
      foreignColumns: [templates.tenantId, templates.id],
    }),
  ],
);

/** The texts of a version in other languages. A row never changes. */
export const templateTexts = pgTable(
  "template_texts",
  {
    tenantId: tenantId(),
    templateId: uuid("template_id").notNull(),
    version: integer("version").notNull(),
    language: text("language").notNull(),
    body: text("body").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.templateId, table.version, table.language] }),
    foreignKey({
      name: "template_texts_version",
      columns: [table.tenantId, table.templateId, table.version],
      foreignColumns: [templateVersions.tenantId, templateVersions.templateId, templateVersions.version],
    }),
  ],
);
