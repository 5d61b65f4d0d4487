import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import type { AbPlan } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { Canary } from "@smscrm/core/campaigns/first-part/first-part";
import type { LocalTime } from "@smscrm/core/campaigns/timing/local-time";
import type { SeriesRule } from "@smscrm/core/campaigns/timing/occurrences";
import type { MessagePurpose } from "@smscrm/core/consent/terms";
import type { CampaignKind } from "@smscrm/core/gates/message-facts";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  foreignKey,
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
import { tenants } from "./tenants.ts";
import { memberships } from "./users.ts";

/**
 * `one`: a reply, a test or a code, whose only send job is written with it. `saved`: a saved audience; a launch freezes its
 * version, and the definition with all audiences inside it.
 */
export type Audience =
  | { kind: "all" }
  | { kind: "tags"; tags: string[] }
  | { kind: "saved"; audienceId: string; frozen?: FrozenAudience }
  | { kind: "one"; contactId: string };

export interface FrozenAudience {
  version: number;
  name: string;
  definition: AudienceGroup;
}

/** The forecast of the last review of the draft, stored to compare it with the result. */
export interface StoredForecast {
  evaluatedAt: string;
  finishAt: string | null;
  costMicros: number;
  curve: { at: string; sent: number }[];
  /** The forecast outside quiet hours, if an owner has reviewed that too. */
  anyway?: StoredForecast;
}

export const campaigns = pgTable(
  "campaigns",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    /**
     * campaign · flow · reply · test · answer · confirmation · code. A step of a flow gets its messages one by one. All but the
     * first two are one message to one person, through the same gates.
     */
    kind: text("kind").$type<CampaignKind>().notNull().default("campaign"),
    /** What it is for, which decides the consent that it needs. */
    purpose: text("purpose").$type<MessagePurpose>().notNull().default("marketing"),
    /** The tenant's topic of marketing, which a person may refuse alone. */
    topic: text("topic"),
    name: text("name").notNull(),
    body: text("body").notNull(),
    /** The language of the body, as a tag; empty: not said. Other texts are in `campaign_texts`. */
    language: text("language").notNull().default(""),
    /** The template whose text it began with, in that version; null: none. The text is a copy. */
    templateId: uuid("template_id"),
    templateVersion: integer("template_version"),
    audience: jsonb("audience").$type<Audience>().notNull(),
    /** Stricter than the tenant's, or null for the tenant's own. */
    quietHours: jsonb("quiet_hours").$type<WeekSchedule>(),
    /** The reason of an owner who sends outside quiet hours. Only while the carrier is the simulator. */
    quietHoursOverrideReason: text("quiet_hours_override_reason"),
    smartEncoding: boolean("smart_encoding").notNull().default(false),
    /** Whether its links are replaced by short ones, whose clicks are counted. */
    shortenLinks: boolean("shorten_links").notNull().default(false),
    /** After this its messages are too old to send. */
    expiresAt: at("expires_at"),
    /** When a scheduled campaign launches automatically. */
    scheduledAt: at("scheduled_at"),
    /** The time by each recipient's own clock at which it goes; null: as soon as possible after the launch. */
    localTime: jsonb("local_time").$type<LocalTime>(),
    /** Over how many minutes its messages are spread; null: not at all. */
    spreadMinutes: integer("spread_minutes"),
    /** Its own speed limit; null: the tenant's. */
    messagesPerMinute: integer("messages_per_minute"),
    /** Launched or scheduled in trial mode: it reaches only the team's own numbers, also after the trial. A trigger sets it. */
    isTrial: boolean("is_trial").notNull().default(false),
    /** A few who go first and are watched; null: nobody. */
    canary: jsonb("canary").$type<Canary>(),
    /** With a first part: up to which draw its messages may go. It only grows. Null: not chosen yet. */
    openDraws: integer("open_draws"),
    /** How its texts are tested; null: it has one. The other texts are in `campaign_texts`. */
    abTest: jsonb("ab_test").$type<AbPlan>(),
    /** With an A/B test: up to which draw messages are in it. Null: not chosen yet. A trigger keeps it. */
    testDraws: integer("test_draws"),
    /** The text that all who are not in the test get. Null: not chosen yet. A trigger keeps it. */
    winner: smallint("winner"),
    /** Texts that are sent to nobody else. */
    stoppedVariants: smallint("stopped_variants").array().notNull().default(sql`'{}'`),
    forecast: jsonb("forecast").$type<StoredForecast>(),
    /** draft · scheduled · launching · running · paused · completed · canceled */
    status: text("status").notNull().default("draft"),
    /** The last contact frozen into send_jobs, so that a killed launch continues there. */
    materializeCursor: uuid("materialize_cursor"),
    /** Segments of the template: the dispatcher's estimate of a message before it is rendered. */
    segmentsEstimate: smallint("segments_estimate").notNull().default(1),
    audienceCount: integer("audience_count").notNull().default(0),
    /** The test number that a test or a code goes to; null: a test goes to a contact. */
    testNumberId: uuid("test_number_id"),
    /** The contact whose values a test to a test number has. */
    valuesOf: uuid("values_of"),
    /** When the owner of the test number asked for this test; null: somebody else did. */
    askedByOwnerAt: at("asked_by_owner_at"),
    /** The series that it is an occurrence of, and the day: at most one campaign for each. */
    seriesId: uuid("series_id"),
    occursOn: date("occurs_on"),
    /** For an occurrence of a yearly date: only those of the audience whose field has one of these days (`MM-DD`). */
    yearDays: jsonb("year_days").$type<{ field: string; days: string[] }>(),
    createdBy: uuid("created_by"),
    /** Who wrote or changed it last. Null: written before this was kept. */
    editedBy: uuid("edited_by"),
    launchedBy: uuid("launched_by"),
    /** Why its scheduled launch did not happen; null once somebody takes it up again. */
    notLaunchedReason: text("not_launched_reason"),
    createdAt: createdAt(),
    updatedAt: at("updated_at").notNull().defaultNow(),
    launchedAt: at("launched_at"),
    pausedAt: at("paused_at"),
    completedAt: at("completed_at"),
    canceledAt: at("canceled_at"),
  },
  (table) => [
    unique("campaigns_tenant_id").on(table.tenantId, table.id),
    index("campaigns_active").on(table.status, table.tenantId),
    index("campaigns_newest").on(table.tenantId, table.id).where(sql`kind = 'campaign'`),
    uniqueIndex("campaigns_occurrence").on(table.seriesId, table.occursOn).where(sql`series_id is not null`),
    index("campaigns_scheduled").on(table.scheduledAt).where(sql`status = 'scheduled'`),
    index("campaigns_reply_parts")
      .using("gin", sql`text_parts(tenant_id, body)`)
      .where(sql`kind = 'reply' and body <> ''`),
  ],
);

/**
 * A draft that is launched again and again: each occurrence is a campaign of its own, a copy of the draft as it is then. The
 * draft itself never launches while it repeats.
 */
export const campaignSeries = pgTable(
  "campaign_series",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull().default(sql`uuid_v7()`),
    /** The draft. */
    campaignId: uuid("campaign_id").notNull(),
    rule: jsonb("rule").$type<SeriesRule>().notNull(),
    /** The last day; null: no end. */
    endsOn: date("ends_on"),
    /** Whether an occurrence that is late is launched all the same. */
    sendsLate: boolean("sends_late").notNull().default(false),
    /** The last day that has been dealt with. */
    doneThrough: date("done_through").notNull(),
    /** When the next one is due; null: it has ended. */
    nextAt: at("next_at"),
    pausedAt: at("paused_at"),
    endedAt: at("ended_at"),
    createdBy: uuid("created_by"),
    createdAt: createdAt(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    // A draft repeats in one way.
    uniqueIndex("campaign_series_draft").on(table.tenantId, table.campaignId).where(sql`ended_at is null`),
    index("campaign_series_due").on(table.nextAt).where(sql`ended_at is null and paused_at is null`),
    foreignKey({
      columns: [table.tenantId, table.campaignId],
      foreignColumns: [campaigns.tenantId, campaigns.id],
    }).onDelete("cascade"),
  ],
);

/**
 * The number of a campaign's jobs by status and reason. Triggers on send_jobs maintain it, so that no writer can
 * forget it. `shard` spreads the writers; readers add the shards up. `reason` is '' where there is none.
 */
export const campaignCounters = pgTable(
  "campaign_counters",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    status: text("status").notNull(),
    reason: text("reason").notNull(),
    shard: smallint("shard").notNull(),
    jobs: integer("jobs").notNull(),
  },
  (table) => [primaryKey({ columns: [table.campaignId, table.status, table.reason, table.shard] })],
);

/** A campaign's spent and reserved money. Triggers on send_attempts maintain it; sharded like the counters. */
export const campaignSpend = pgTable(
  "campaign_spend",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    shard: smallint("shard").notNull(),
    reservedMicros: bigint("reserved_micros", { mode: "number" }).notNull(),
    spentMicros: bigint("spent_micros", { mode: "number" }).notNull(),
    segments: integer("segments").notNull(),
    /** Requests that the carrier accepted, or is presumed to have accepted, as in its own ledger. */
    accepted: integer("accepted").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.campaignId, table.shard] })],
);

/**
 * The messages claimed in each minute and their results so far, maintained by triggers on send_attempts. `writer` is
 * the server process of the connection: two connections never share a row, so nobody waits for a counter.
 */
export const campaignPace = pgTable(
  "campaign_pace",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    minute: at("minute").notNull(),
    writer: integer("writer").notNull(),
    /** The carrier accepted it, or may have. */
    submitted: integer("handed_over").notNull(),
    delivered: integer("delivered").notNull(),
    /** Accepted, and then not delivered. */
    undelivered: integer("undelivered").notNull(),
    /** The carrier refused it at once. */
    rejected: integer("rejected").notNull(),
    /** When the last of them was submitted. */
    lastSubmittedAt: at("last_handed_over_at"),
  },
  (table) => [
    primaryKey({ columns: [table.campaignId, table.minute, table.writer] }),
    index("campaign_pace_newest").on(table.tenantId, table.minute),
  ],
);

/**
 * Numbers on which members get tests of campaigns: each is its member's own, who typed the code that was texted to it. A
 * row that was removed stays for its counts of the day.
 */
export const testNumbers = pgTable(
  "test_numbers",
  {
    tenantId: tenantId(),
    id: uuid("id").notNull().default(sql`uuid_v7()`),
    userId: uuid("user_id").notNull(),
    phoneE164: text("phone_e164").notNull(),
    /** The contact of the number: its messages are the contact's. */
    contactId: uuid("contact_id").notNull(),
    /** As it is: it is in its message too, and counts for ten minutes and five guesses. */
    code: text("code"),
    codeExpiresAt: at("code_expires_at"),
    codeGuesses: smallint("code_guesses").notNull().default(0),
    /** The day (UTC) of the two counts. */
    countedOn: date("counted_on"),
    codesSent: smallint("codes_sent").notNull().default(0),
    testsSent: smallint("tests_sent").notNull().default(0),
    verifiedAt: at("verified_at"),
    removedAt: at("removed_at"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("test_numbers_phone").on(table.tenantId, table.phoneE164),
    index("test_numbers_member_of").on(table.tenantId, table.userId),
    // Who leaves the organisation gets no more tests.
    foreignKey({
      name: "test_numbers_member",
      columns: [table.tenantId, table.userId],
      foreignColumns: [memberships.tenantId, memberships.userId],
    }).onDelete("cascade"),
  ],
);
