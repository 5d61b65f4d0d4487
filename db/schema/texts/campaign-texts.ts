import { foreignKey, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { campaigns } from "../campaigns.ts";
import { tenantId } from "../columns.ts";

/**
 * The texts of a campaign besides `campaigns.body`, which is that of variant 1 in the default language (''). A campaign with
 * one text has none. Those of a launched campaign never change.
 */
export const campaignTexts = pgTable(
  "campaign_texts",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    variant: smallint("variant").notNull().default(1),
    language: text("language").notNull().default(""),
    body: text("body").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.campaignId, table.variant, table.language] }),
    foreignKey({
      name: "campaign_texts_campaign",
      columns: [table.tenantId, table.campaignId],
      foreignColumns: [campaigns.tenantId, campaigns.id],
    }).onDelete("cascade"),
  ],
);
