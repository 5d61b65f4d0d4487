import type { FieldType } from "@smscrm/core/fields/field";
import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { at, createdAt, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** The custom fields of a tenant. Their values are in `contacts.custom`, by `name`. */
export const contactFields = pgTable(
  "contact_fields",
  {
    tenantId: tenantId().references(() => tenants.id),
    /** As templates and `contacts.custom` name it. It never changes. */
    name: text("name").notNull(),
    label: text("label").notNull(),
    type: text("type").$type<FieldType>().notNull(),
    choices: text("choices").array().notNull().default(sql`'{}'::text[]`),
    /** Whether templates may use it. */
    mergeable: boolean("mergeable").notNull().default(true),
    /** The order of the list. */
    position: integer("position").notNull(),
    /** Grows with each change, so that two people can't undo each other's. */
    revision: integer("revision").notNull().default(1),
    createdAt: createdAt(),
    updatedAt: at("updated_at").notNull().defaultNow(),
    /** Set once it is removed: its values stay in contacts, and must not bring it back as a new field. */
    removedAt: at("removed_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.name] }),
    check("contact_fields_type", sql`"type" IN ('text', 'number', 'date', 'yes-no', 'choice')`),
  ],
);
