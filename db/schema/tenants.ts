import type { LaunchLimits } from "@smscrm/core/campaigns/approval";
import type { SecondFactorPolicy } from "@smscrm/core/process/second-factor";
import type { LanguageSettings } from "@smscrm/core/text/language";
import type { DestinationHours } from "@smscrm/core/time/destination-hours";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  char,
  date,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { at, bytes, cents, createdAt, id } from "./columns.ts";

/** 09:00 to 21:00 every day, Monday first: the operators' runbook. */
const DAYTIME = sql`'[{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"}]'::jsonb`;

export const tenants = pgTable("tenants", {
  id: id(),
  name: text("name").notNull(),
  /** IANA name. The tenant's days, months and budgets begin at midnight in this zone. */
  timezone: text("timezone").notNull(),
  country: char("country", { length: 2 }).notNull(),
  currency: char("currency", { length: 3 }).notNull().default("USD"),
  dailyBudgetCents: cents("daily_budget_cents").notNull(),
  monthlyBudgetCents: cents("monthly_budget_cents").notNull(),
  /** The kill switch: while it is set, nothing of this tenant is submitted. */
  sendingPausedAt: at("sending_paused_at"),
  sendingPausedBy: uuid("sending_paused_by"),
  sendingPausedReason: text("sending_paused_reason"),
  /**
   * Set by the platform's operator at the console, who alone can end it. It includes a pause, so that whatever a pause
   * stops stays stopped; without a pause of the tenant's own, both have the same time.
   */
  suspendedAt: at("suspended_at"),
  suspendedReason: text("suspended_reason"),
  /** Set by the platform's operator: nobody can sign in here, and nothing is sent. Its data stay. */
  closedAt: at("closed_at"),
  closedReason: text("closed_reason"),
  /** The platform's own organisation, whose members run the installation. At most one; it has no contacts or texts. */
  isPlatform: boolean("is_platform").notNull().default(false),
  /** What the platform's operator allows at most. Null: no limit. */
  dailyBudgetLimitCents: cents("daily_budget_limit_cents"),
  monthlyBudgetLimitCents: cents("monthly_budget_limit_cents"),
  segmentsPerSecondLimit: integer("segments_per_second_limit"),
  sendingNumbersLimit: integer("sending_numbers_limit"),
  uploadBytesPerDayLimit: bigint("upload_bytes_per_day_limit", { mode: "number" }),
  sendingHoursLimit: jsonb("sending_hours_limit").$type<WeekSchedule>(),
  /**
   * Set by a restore, for every tenant: nothing is submitted until an owner has seen what was lost and unlocks
   * sending.
   */
  restoreLockedAt: at("restore_locked_at"),
  restoreId: uuid("restore_id"),
  /** Counts pauses and resumes, so that a late answer is not taken for the current state. */
  pauseEpoch: bigint("pause_epoch", { mode: "number" }).notNull().default(0),
  quietHours: jsonb("quiet_hours").$type<WeekSchedule>().notNull().default(DAYTIME),
  /** By country: whether its recommended hours apply beside these. A country that is not named has the default. */
  destinationHours: jsonb("destination_hours").$type<DestinationHours>().notNull().default({}),
  /** An owner's setting: contacts of unknown location live in the tenant's own zone. */
  trustTenantZone: boolean("trust_tenant_zone").notNull().default(false),
  segmentsPerSecond: integer("segments_per_second").notNull().default(400),
  capPerDay: integer("cap_per_day"),
  capPerWeek: integer("cap_per_week"),
  /** Since when only the team's own numbers are texted; null: the tenant is not in trial mode. */
  trialSince: at("trial_since"),
  /** Marketing waits while more conversations than this are open; null: it never does. */
  inboxLimit: integer("inbox_limit"),
  /** Where a contact's language comes from. */
  languages: jsonb("languages")
    .$type<LanguageSettings>()
    .notNull()
    .default(sql`'{"field": null, "byCountry": {}}'::jsonb`),
  /** The tenant's topics of marketing, such as "Offers". */
  topics: text("topics").array().notNull().default(sql`'{}'::text[]`),
  /** The version of the sending rules; a trigger counts it up with each change of them. See `rule_versions`. */
  rulesRevision: integer("rules_revision").notNull().default(1),
  /** An owner's setting: a change that loosens the rules is drafted, and another member activates it. */
  rulesNeedSecondPerson: boolean("rules_need_second_person").notNull().default(false),
  /** Who must have a second factor to work in this tenant. */
  secondFactorPolicy: text("second_factor_policy").$type<SecondFactorPolicy>().notNull().default("optional"),
  /** A launch to more recipients asks for a fresh proof. Null: no launch asks. */
  launchProofAbove: integer("launch_proof_above").default(1000),
  /** By role: a launch to more recipients needs a second person. A role that is not named has no limit. */
  launchLimits: jsonb("launch_limits").$type<LaunchLimits>().notNull().default({}),
  /**
   * The key of references to numbers, which members who see masked numbers get in place of them. 32 bytes from the
   * system's random source.
   */
  numberKey: bytes("number_key")
    .notNull()
    .default(sql`uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())`),
  /** The key of the recipients' opt-out links. Another key would end all links in texts that were sent. */
  optOutKey: bytes("opt_out_key")
    .notNull()
    .default(sql`uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())`),
  createdAt: createdAt(),
});

/** One row per tenant: the spent and reserved money of its current local day and month. */
export const budgets = pgTable("budgets", {
  tenantId: uuid("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  dailySpentCents: cents("daily_spent_cents").notNull().default("0"),
  dailyReservedCents: cents("daily_reserved_cents").notNull().default("0"),
  monthlySpentCents: cents("monthly_spent_cents").notNull().default("0"),
  monthlyReservedCents: cents("monthly_reserved_cents").notNull().default("0"),
  localDay: date("local_day").notNull().default("1970-01-01"),
  localMonth: date("local_month").notNull().default("1970-01-01"),
  /** Token bucket of the tenant's rate, in segments. It is here because every claim locks this row anyway. */
  rateTokens: doublePrecision("rate_tokens").notNull().default(0),
  rateTokensAt: at("rate_tokens_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

/**
 * The fair queue of tenants: the least virtual time is next. Not part of `tenants`, because it changes all the time.
 */
export const tenantDispatch = pgTable("tenant_dispatch", {
  tenantId: uuid("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  virtualTime: doublePrecision("virtual_time").notNull().default(0),
  /** The virtual time when its latest turn began. The greatest of all tenants is the current virtual time. */
  turnBegan: doublePrecision("turn_began").notNull().default(0),
  /** Segments that may be leased now, refilled at the tenant's rate. */
  tokens: doublePrecision("tokens").notNull().default(0),
  tokensAt: at("tokens_at").notNull().defaultNow(),
  /** By campaign with a speed limit of its own: the messages of it that may be leased now, as of `tokensAt`. */
  campaignTokens: jsonb("campaign_tokens").$type<Record<string, number>>().notNull().default({}),
});
