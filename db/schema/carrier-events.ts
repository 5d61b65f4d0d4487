import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";

/** Every webhook request, once: the tenant is unknown where nothing of ours matches it. */
export const webhookEvents = pgTable(
  "webhook_events",
  {
    id: id(),
    tenantId: uuid("tenant_id"),
    /** status · inbound */
    kind: text("kind").notNull(),
    attemptId: uuid("attempt_id"),
    messageSid: text("message_sid"),
    messageStatus: text("message_status"),
    signatureValid: boolean("signature_valid").notNull(),
    /** merged · unknown-message · unknown-number · forged */
    outcome: text("outcome").notNull(),
    payload: jsonb("payload").$type<Record<string, string | string[]>>().notNull(),
    timesReceived: integer("times_received").notNull().default(1),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("webhook_events_once")
      .on(table.kind, table.messageSid, table.messageStatus)
      .where(sql`signature_valid`),
    index("webhook_events_newest").on(table.tenantId, table.id),
    index("webhook_events_attempt").on(table.attemptId),
  ],
);

export const inboundMessages = pgTable(
  "inbound_messages",
  {
    id: id(),
    /** Null when nobody owns the receiving number: kept, not dropped. */
    tenantId: uuid("tenant_id"),
    messageSid: text("message_sid").notNull(),
    fromPhone: text("from_phone").notNull(),
    toPhone: text("to_phone").notNull(),
    body: text("body").notNull(),
    contactId: uuid("contact_id"),
    /** The campaign that last texted this person: what the reply most likely answers. */
    campaignId: uuid("campaign_id"),
    /** opt-out · opt-in · help · ask-a-person · none */
    kind: text("kind").notNull(),
    answer: text("answer"),
    createdAt: createdAt(),
    readAt: at("read_at"),
    /** What a person made of a possible opt-out: opted-out · dismissed. */
    decision: text("decision").$type<"opted-out" | "dismissed">(),
    decidedBy: uuid("decided_by"),
    decidedAt: at("decided_at"),
  },
  (table) => [
    uniqueIndex("inbound_messages_sid").on(table.messageSid),
    index("inbound_messages_newest").on(table.tenantId, table.id),
    index("inbound_messages_from").on(table.tenantId, table.fromPhone, table.id),
    index("inbound_messages_open")
      .on(table.tenantId, table.fromPhone)
      .where(
        sql`(read_at is null and kind in ('none', 'ask-a-person')) or (kind = 'ask-a-person' and decision is null)`,
      ),
  ],
);
