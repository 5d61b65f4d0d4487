import { sql } from "drizzle-orm";
import { index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { tenantId } from "./columns.ts";

/**
 * One row per person who ever wrote, maintained by triggers on inbound_messages. A list of conversations reads only
 * the rows that it shows.
 */
export const conversations = pgTable(
  "conversations",
  {
    tenantId: tenantId(),
    phoneE164: text("phone_e164").notNull(),
    lastInboundId: uuid("last_inbound_id").notNull(),
    /** The campaign that the last message most likely answers. */
    campaignId: uuid("campaign_id"),
    /** Messages that are neither read nor handled by the program. */
    unread: integer("unread").notNull(),
    /** Possible opt-outs that nobody has decided. */
    undecided: integer("undecided").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.phoneE164] }),
    index("conversations_newest").on(table.tenantId, sql`(unread > 0)`, table.lastInboundId),
    index("conversations_unread").on(table.tenantId, table.lastInboundId).where(sql`unread > 0`),
    index("conversations_undecided").on(table.tenantId, table.lastInboundId).where(sql`undecided > 0`),
  ],
);
