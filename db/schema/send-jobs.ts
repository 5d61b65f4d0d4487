import type { SendJobStatus } from "@smscrm/core/send/send-job";
import type { LanguageReason } from "@smscrm/core/text/language";
import { sql } from "drizzle-orm";
import {
  bigint,
  char,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "./columns.ts";

/** One message to one person: its status with the reason, or when it may go. */
export const sendJobs = pgTable(
  "send_jobs",
  {
    id: id(),
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    contactId: uuid("contact_id").notNull(),
    phoneE164: text("phone_e164").notNull(),
    country: char("country", { length: 2 }),
    status: text("status").$type<SendJobStatus>().notNull().default("queued"),
    /** Why it failed: short and stable. */
    failureReason: text("failure_reason"),
    /** Why a queued job is held. */
    holdReason: text("hold_reason"),
    /** The gate that decided last, and its evidence. */
    gate: text("gate"),
    verdict: jsonb("verdict"),
    /** The carrier's error code, where it gave one. */
    carrierErrorCode: integer("carrier_error_code"),
    /** The earliest time that it may go, by the gate; null: as soon as there is capacity. */
    notBefore: at("not_before"),
    /** When the dispatcher leases it: `not_before`, or at once. */
    dueAt: at("due_at").notNull().defaultNow(),
    /** Where it stands in the order of a campaign with a first part, by a hash of campaign and contact; null: it has none. */
    draw: integer("draw"),
    /** Its text in an A/B test, frozen at the launch; of the rest, the one that was chosen. Null: the campaign has one. */
    variant: smallint("variant"),
    /** The language of its text, chosen at the launch; null: the default. */
    language: text("language"),
    /** Why, as in core/text/language.ts; null: its campaign has one language. */
    languageReason: text("language_reason").$type<LanguageReason>(),
    attempts: smallint("attempts").notNull().default(0),
    lastAttemptId: uuid("last_attempt_id"),
    sendingNumberId: uuid("sending_number_id"),
    segments: smallint("segments"),
    priceMicros: bigint("price_micros", { mode: "number" }),
    claimedAt: at("claimed_at"),
    sentAt: at("sent_at"),
    finalAt: at("final_at"),
    createdAt: createdAt(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [
    // The contact comes first, so that the index also finds a person's messages. Every status change writes an entry
    // to each index, so there are few.
    uniqueIndex("send_jobs_once").on(table.contactId, table.campaignId),
    index("send_jobs_due").on(table.campaignId, table.dueAt).where(sql`status = 'queued'`),
    index("send_jobs_releasable")
      .on(table.campaignId, table.holdReason, table.dueAt)
      .where(sql`status = 'queued' and hold_reason in ('Budget', 'Paused')`),
    index("send_jobs_by_status").on(table.campaignId, table.status, table.id),
    // What was not sent, by the time of that decision: few rows, and only these are in it.
    index("send_jobs_not_sent")
      .on(table.tenantId, table.finalAt, table.id)
      .where(sql`status in ('failed', 'canceled') and gate is distinct from 'carrier'`),
    index("send_jobs_created").using("brin", table.createdAt),
    // For foreign keys that carry the tenant, and for the newest page of a tenant's messages.
    unique("send_jobs_tenant_id").on(table.tenantId, table.id),
  ],
);

/**
 * The lease of one ticket: its send jobs are on no other ticket until it is processed or the lease runs out. It is a
 * separate table, because a lease on the jobs themselves would write a new version of every row and an entry in every
 * index.
 */
export const sendLeases = pgTable(
  "send_leases",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull(),
    jobIds: uuid("job_ids").array().notNull(),
    expiresAt: at("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

/**
 * One submission to the carrier, committed before the first byte goes out. Only its id is in the URL of the carrier's
 * callback.
 */
export const sendAttempts = pgTable(
  "send_attempts",
  {
    id: id(),
    tenantId: tenantId(),
    sendJobId: uuid("send_job_id").notNull(),
    campaignId: uuid("campaign_id").notNull(),
    attempt: smallint("attempt").notNull(),
    sendingNumberId: uuid("sending_number_id").notNull(),
    fromPhone: text("from_phone").notNull(),
    toPhone: text("to_phone").notNull(),
    /** The exact text. */
    body: text("body").notNull(),
    segments: smallint("segments").notNull(),
    validitySeconds: integer("validity_seconds").notNull(),
    /** sending · released · accepted · rejected · unknown · presumed-sent */
    state: text("state").notNull().default("sending"),
    carrierSid: text("carrier_sid"),
    carrierStatus: text("carrier_status"),
    carrierErrorCode: integer("carrier_error_code"),
    httpStatus: smallint("http_status"),
    /** The tenant's local day and month whose budget pays for it. */
    budgetDay: date("budget_day").notNull(),
    budgetMonth: date("budget_month").notNull(),
    reservedMicros: bigint("reserved_micros", { mode: "number" }).notNull(),
    spentMicros: bigint("spent_micros", { mode: "number" }).notNull().default(0),
    /** The source of the price: carrier · estimate (the carrier never reported it); null while it may still come. */
    priceSource: text("price_source"),
    claimedAt: at("claimed_at").notNull(),
    submittedAt: at("handed_over_at"),
    settledAt: at("settled_at"),
    finalAt: at("final_at"),
    /** When it is looked up at the carrier next, and how often it was. */
    lookUpAt: at("look_up_at"),
    lookUps: smallint("look_ups").notNull().default(0),
  },
  (table) => [
    index("send_attempts_job").on(table.sendJobId),
    uniqueIndex("send_attempts_sid").on(table.carrierSid),
    index("send_attempts_to").on(table.tenantId, table.toPhone, table.claimedAt),
    index("send_attempts_look_up").on(table.lookUpAt).where(sql`look_up_at is not null`),
    index("send_attempts_in_flight").on(table.claimedAt).where(sql`state = 'sending'`),
  ],
);
