import { sql } from "drizzle-orm";
import { foreignKey, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { campaigns } from "../campaigns.ts";
import { at, createdAt, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** Named texts that other texts contain, such as a signature. `version` grows with each change. */
export const snippets = pgTable(
  "snippets",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull().default(sql`uuid_v7()`),
    /** As core/text/snippets.ts writes it. */
    name: text("name").notNull(),
    version: integer("version").notNull().default(1),
    /** The member who answers for it. */
    ownerId: uuid("owner_id").notNull(),
    createdAt: createdAt(),
    updatedBy: uuid("updated_by").notNull(),
    updatedAt: at("updated_at").notNull().defaultNow(),
    removedAt: at("removed_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ name: "snippets_tenant", columns: [table.tenantId], foreignColumns: [tenants.id] }),
    uniqueIndex("snippets_name").on(table.tenantId, table.name).where(sql`removed_at is null`),
  ],
);

/** The texts of a snippet: one for everyone, where both columns are empty, and others by country and language. */
export const snippetTexts = pgTable(
  "snippet_texts",
  {
    tenantId: tenantId(),
    snippetId: uuid("snippet_id").notNull(),
    country: text("country").notNull().default(""),
    language: text("language").notNull().default(""),
    body: text("body").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.snippetId, table.country, table.language] }),
    foreignKey({
      name: "snippet_texts_snippet",
      columns: [table.tenantId, table.snippetId],
      foreignColumns: [snippets.tenantId, snippets.id],
    }),
  ],
);

/** The snippets of a launched campaign, as they were at the launch. */
export const campaignSnippets = pgTable(
  "campaign_snippets",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    name: text("name").notNull(),
    country: text("country").notNull().default(""),
    language: text("language").notNull().default(""),
    body: text("body").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.campaignId, table.name, table.country, table.language] }),
    foreignKey({
      name: "campaign_snippets_campaign",
      columns: [table.tenantId, table.campaignId],
      foreignColumns: [campaigns.tenantId, campaigns.id],
    }).onDelete("cascade"),
  ],
);
