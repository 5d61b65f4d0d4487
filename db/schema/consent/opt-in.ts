import { index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** A keyword that people text to agree to marketing: the program asks them to confirm, and their YES is the consent. */
export const optInKeywords = pgTable(
  "opt_in_keywords",
  {
    tenantId: tenantId().references(() => tenants.id),
    /** In capitals, without spaces. */
    keyword: text("keyword").notNull(),
    /** The text that asks for the YES. It is the wording of the consent. */
    question: text("question").notNull(),
    /** Topics of marketing; null: every topic. */
    topics: text("topics").array(),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.keyword] })],
);

/** One request to confirm: what the person was asked, and when they said YES. */
export const optInRequests = pgTable(
  "opt_in_requests",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    /** keyword · form */
    source: text("source").notNull(),
    /** The keyword, or the address of the form. */
    origin: text("origin").notNull(),
    question: text("question").notNull(),
    topics: text("topics").array(),
    /** The message that asked. */
    campaignId: uuid("campaign_id"),
    createdAt: createdAt(),
    confirmedAt: at("confirmed_at"),
  },
  (table) => [index("opt_in_requests_phone").on(table.tenantId, table.phoneE164, table.id)],
);
