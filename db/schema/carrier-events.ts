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
import { at, createdAt, id } from "./columns.ts";
import { tenants } from "./tenants.ts";

/** Every webhook request, once. The tenant is null if the request matches nothing of ours. */
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
    /** Null if no tenant has the receiving number: the text is stored, not dropped. */
    tenantId: uuid("tenant_id"),
    messageSid: text("message_sid").notNull(),
    fromPhone: text("from_phone").notNull(),
    toPhone: text("to_phone").notNull(),
    body: text("body").notNull(),
    contactId: uuid("contact_id"),
    /** The campaign that last texted this person, which the reply most likely answers. */
    campaignId: uuid("campaign_id"),
    /** The submission that it answers: the latest to this person in the week before. Null: none. */
    answersAttemptId: uuid("answers_attempt_id"),
    /** opt-out · opt-in · help · ask-a-person · partial-opt-out · wants-texts · reaction · none */
    kind: text("kind").notNull(),
    /** What its kind depended on, for a replay with other words: see `core/replay/reply-replay.ts`. Null: came before version 58 of the schema. */
    facts: jsonb("facts"),
    /** The answer in the webhook's response, from versions before automatic answers were messages. */
    answer: text("answer"),
    createdAt: createdAt(),
    readAt: at("read_at"),
    /** An operator's decision on a possible opt-out: opted-out · dismissed · preference. */
    decision: text("decision").$type<"opted-out" | "dismissed" | "preference">(),
    decidedBy: uuid("decided_by"),
    decidedAt: at("decided_at"),
    /** Whether the index for the search has it. A worker adds texts from before version 77 of the schema. */
    inSearch: boolean("in_search").notNull().default(true),
  },
  (table) => [
    uniqueIndex("inbound_messages_sid").on(table.messageSid),
    index("inbound_messages_newest").on(table.tenantId, table.id),
    index("inbound_messages_from").on(table.tenantId, table.fromPhone, table.id),
    index("inbound_messages_answers")
      .on(table.tenantId, table.answersAttemptId)
      .where(sql`answers_attempt_id is not null`),
    index("inbound_messages_parts")
      .using("gin", sql`text_parts(tenant_id, body)`)
      .where(sql`in_search and tenant_id is not null and body <> ''`),
    index("inbound_messages_to_index").on(table.id).where(sql`not in_search`),
    index("inbound_messages_unassigned").on(table.toPhone).where(sql`tenant_id is null`),
    index("inbound_messages_open")
      .on(table.tenantId, table.fromPhone)
      .where(
        sql`(read_at is null and kind in ('none', 'ask-a-person', 'partial-opt-out', 'wants-texts', 'help')) or (kind in ('ask-a-person', 'partial-opt-out') and decision is null)`,
      ),
  ],
);

/** The automatic answers per person and local day of the tenant: one row is one answer. */
export const automaticAnswers = pgTable(
  "automatic_answers",
  {
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    day: date("day").notNull(),
    /** confirmation · answer */
    kind: text("kind").notNull(),
  },
  (table) => [
    primaryKey({
      name: "automatic_answers_pk",
      columns: [table.tenantId, table.phoneE164, table.day, table.kind],
    }),
    index("automatic_answers_day").on(table.day),
  ],
);

/** The number of a tenant's automatic answers in this minute and on this day, and when the limit last refused one. */
export const automaticAnswerFuses = pgTable(
  "automatic_answer_fuses",
  {
    tenantId: uuid("tenant_id")
      .primaryKey()
      .references(() => tenants.id),
    minute: at("minute").notNull(),
    inMinute: integer("in_minute").notNull(),
    day: date("day").notNull(),
    inDay: integer("in_day").notNull(),
    refusedAt: at("refused_at"),
    /** Within the hour before `refusedAt`. */
    refused: integer("refused").notNull().default(0),
  },
  (table) => [index("automatic_answer_fuses_refused").on(table.refusedAt).where(sql`refused_at is not null`)],
);
