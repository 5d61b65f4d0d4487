import type { ConsentBasis, ConsentEventKind, MessagePurpose } from "@smscrm/core/consent/terms";
import { index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** Append-only: the basis on which a person may be texted, with its evidence. */
export const consents = pgTable(
  "consents",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    /** `withdrawn` with `withdraws`: that consent alone; without: all of them. */
    basis: text("basis").$type<ConsentBasis>().notNull(),
    /** import · reply · operator */
    source: text("source").notNull(),
    /** How the person gave it: a form, a keyword, paper. Null: not on record. */
    method: text("method"),
    /** The text that the person agreed to. */
    wording: text("wording"),
    /** When it was given, where that is on record. */
    givenAt: at("given_at"),
    /** Null: every purpose that the basis allows. */
    purposes: text("purposes").array().$type<MessagePurpose[]>(),
    /** Topics of marketing; null: every topic. */
    topics: text("topics").array(),
    /** The event that inferred consent follows from. */
    event: text("event").$type<ConsentEventKind>(),
    eventAt: at("event_at"),
    withdraws: uuid("withdraws"),
    evidence: jsonb("evidence").$type<Record<string, unknown>>().notNull().default({}),
    recordedBy: uuid("recorded_by"),
    expiresAt: at("expires_at"),
    createdAt: createdAt(),
  },
  (table) => [index("consents_phone").on(table.tenantId, table.phoneE164, table.id)],
);

/**
 * What a person refused and keeps the rest: a purpose, or a topic of marketing. Keyed by number, so that it survives
 * deletion and re-import. A trigger copies it to the contact's summary.
 */
export const contactPreferences = pgTable(
  "contact_preferences",
  {
    tenantId: tenantId().references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    /** `marketing`, or `marketing:Offers`: see core/consent/preferences.ts. */
    subject: text("subject").notNull(),
    /** reply · operator */
    source: text("source").notNull(),
    note: text("note"),
    recordedBy: uuid("recorded_by"),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.phoneE164, table.subject] })],
);
