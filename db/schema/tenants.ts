import type { WeekSchedule } from "@smscrm/core/quiet-hours";
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
import { at, cents, createdAt, id } from "./columns.ts";

/** 09:00 to 21:00 every day, Monday first: the operators' runbook. */
const DAYTIME = sql`'[{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"}]'::jsonb`;

export const tenants = pgTable("tenants", {
  id: id(),
  name: text("name").notNull(),
  /** IANA name: the tenant's day and month, and so its budgets, begin at midnight here. */
  timezone: text("timezone").notNull(),
  country: char("country", { length: 2 }).notNull(),
  currency: char("currency", { length: 3 }).notNull().default("USD"),
  dailyBudgetCents: cents("daily_budget_cents").notNull(),
  monthlyBudgetCents: cents("monthly_budget_cents").notNull(),
  /** The kill switch: set means that nothing of this tenant is handed over. */
  sendingPausedAt: at("sending_paused_at"),
  sendingPausedBy: uuid("sending_paused_by"),
  sendingPausedReason: text("sending_paused_reason"),
  /** Set by a restore, for every tenant: nothing is handed over until an owner has seen what it lost and unlocks. */
  restoreLockedAt: at("restore_locked_at"),
  restoreId: uuid("restore_id"),
  /** Counts pauses and resumes, so that a late answer can't be mistaken for the present state. */
  pauseEpoch: bigint("pause_epoch", { mode: "number" }).notNull().default(0),
  quietHours: jsonb("quiet_hours").$type<WeekSchedule>().notNull().default(DAYTIME),
  /** An owner says that contacts of unknown whereabouts live in the tenant's own zone. */
  trustTenantZone: boolean("trust_tenant_zone").notNull().default(false),
  segmentsPerSecond: integer("segments_per_second").notNull().default(400),
  capPerDay: integer("cap_per_day"),
  capPerWeek: integer("cap_per_week"),
  createdAt: createdAt(),
});

/** One row per tenant. What is spent and reserved in its present local day and month. */
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
  /** Token bucket of the tenant's own rate, in segments. Here, because every claim locks this row anyway. */
  rateTokens: doublePrecision("rate_tokens").notNull().default(0),
  rateTokensAt: at("rate_tokens_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

/** Whose turn it is: least virtual time first. Apart from `tenants`, because it is written all the time. */
export const tenantDispatch = pgTable("tenant_dispatch", {
  tenantId: uuid("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  virtualTime: doublePrecision("virtual_time").notNull().default(0),
  /** The virtual time at which its latest turn began; the greatest of all is the present one. */
  turnBegan: doublePrecision("turn_began").notNull().default(0),
  /** Segments that may be leased now, refilled at the tenant's rate. */
  tokens: doublePrecision("tokens").notNull().default(0),
  tokensAt: at("tokens_at").notNull().defaultNow(),
});
