import { sql } from "drizzle-orm";
import {
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, bytes, createdAt, id, tenantId } from "../columns.ts";
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
    /** For a form: which, in which version, and what the page said. */
    formId: uuid("form_id"),
    formVersion: integer("form_version"),
    wording: text("wording"),
    /** For a form: the address and browser that it was filled in with. */
    evidence: jsonb("evidence").$type<SignUpEvidence>(),
    /** Until when it may be confirmed; null: `OPT_IN_HOURS`. */
    expiresAt: at("expires_at"),
    /** Of the token of the link in the question. */
    tokenHash: bytes("token_hash"),
  },
  (table) => [
    index("opt_in_requests_phone").on(table.tenantId, table.phoneE164, table.id),
    uniqueIndex("opt_in_requests_token").on(table.tokenHash).where(sql`token_hash is not null`),
    index("opt_in_requests_unconfirmed")
      .on(table.expiresAt)
      .where(sql`confirmed_at is null and expires_at is not null`),
  ],
);

/** How a form was filled in. */
export interface SignUpEvidence {
  address: string;
  userAgent: string | null;
}

/** A public form of a tenant's, by which people ask for marketing. */
export const signUpForms = pgTable(
  "sign_up_forms",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    /** The last part of its address: `/sign-up/…`. */
    address: text("address").notNull(),
    name: text("name").notNull(),
    /** What a person agrees to, as the page shows it. */
    wording: text("wording").notNull(),
    /** The text that asks to confirm. */
    question: text("question").notNull(),
    /** Topics of marketing; null: every topic. */
    topics: text("topics").array(),
    /** Counts the changes of what people agree to. */
    version: integer("version").notNull().default(1),
    isOpen: boolean("is_open").notNull().default(true),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
    changedAt: at("changed_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("sign_up_forms_address").on(table.address),
    index("sign_up_forms_tenant").on(table.tenantId, table.id),
  ],
);

/** How many questions went out in a day because of one number or network, over all tenants. Kept for two days. */
export const signUpCounts = pgTable(
  "sign_up_counts",
  {
    day: date("day", { mode: "string" }).notNull(),
    /** A keyed hash of the number or the network. */
    key: bytes("key").notNull(),
    questions: integer("questions").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.key] })],
);
