import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";
import { memberships } from "../users.ts";

const count = (name: string) => integer(name).notNull().default(0);
const micros = (name: string) => bigint(name, { mode: "number" }).notNull().default(0);

/** The figures of a report. Each but the money counts messages, at the time of their last submission. */
const figures = () => ({
  sent: count("sent"),
  delivered: count("delivered"),
  failed: count("failed"),
  /** Messages that a gate refused or a person canceled, at the time of that decision. */
  notSent: count("not_sent"),
  replied: count("replied"),
  optedOut: count("opted_out"),
  clicked: count("clicked"),
  segments: count("segments"),
  /** Of all submissions, those before the last included. */
  costMicros: micros("cost_micros"),
  /** The part of it whose price the carrier has not stated. */
  estimatedMicros: micros("estimated_micros"),
});

/**
 * The figures of a quarter of an hour, by one dimension: total · campaign · sender · country · failed · not-sent. The last
 * two have a reason as their key. A worker counts them from the rows of the quarters that have changed.
 */
export const reportSlots = pgTable(
  "report_slots",
  {
    tenantId: tenantId(),
    slot: at("slot").notNull(),
    dimension: text("dimension").notNull(),
    key: text("key").notNull(),
    ...figures(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.dimension, table.slot, table.key] }),
    index("report_slots_slot").on(table.slot),
  ],
);

/** The same by the tenant's local days: sums of the quarters, and `hour` (0 to 23) as another dimension. */
export const reportDays = pgTable(
  "report_days",
  {
    tenantId: tenantId(),
    day: date("day").notNull(),
    dimension: text("dimension").notNull(),
    key: text("key").notNull(),
    ...figures(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.dimension, table.day, table.key] })],
);

/**
 * Quarters of an hour whose rows have changed since they were counted. Triggers only add, so that no two transactions wait
 * for each other; the worker deletes what it counts. A slot of null: the tenant's time zone has changed.
 */
export const reportChanges = pgTable("report_changes", {
  tenantId: tenantId(),
  slot: at("slot"),
});

/** Up to when the installation's figures are counted, and when they were last compared with the rows. One row. */
export const reportState = pgTable("report_state", {
  one: boolean("one").primaryKey().default(true),
  countedAt: at("counted_at"),
  /** The messages from before an upgrade have been marked as changed. */
  isBackfilled: boolean("is_backfilled").notNull().default(false),
  /** Up to which reply from before an upgrade the answered message was looked up. */
  answersBackfilledTo: uuid("answers_backfilled_to"),
  checkBeganAt: at("check_began_at"),
  checkedAt: at("checked_at"),
});

/** Where the nightly comparison with the rows found another figure than the one that was counted. It is counted again. */
export const reportDrifts = pgTable(
  "report_drifts",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    /** The quarter of an hour, or null if only the sum of a day was wrong. */
    slot: at("slot"),
    day: date("day"),
    dimension: text("dimension").notNull(),
    key: text("key").notNull(),
    counted: jsonb("counted").$type<Record<string, number>>(),
    recounted: jsonb("recounted").$type<Record<string, number>>(),
    createdAt: createdAt(),
  },
  (table) => [index("report_drifts_newest").on(table.tenantId, table.id)],
);

/** The message that an opt-out answers: the latest that the person was sent in the week before it. It stays when an opt-out is lifted. */
export const optOutMessages = pgTable(
  "opt_out_messages",
  { tenantId: tenantId(), attemptId: uuid("attempt_id").notNull(), createdAt: createdAt() },
  (table) => [primaryKey({ columns: [table.tenantId, table.attemptId] })],
);

/** Members who get the report by mail: each for themselves. */
export const reportSchedules = pgTable(
  "report_schedules",
  {
    tenantId: tenantId(),
    userId: uuid("user_id").notNull(),
    /** week · month */
    cadence: text("cadence").$type<"week" | "month">().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId, table.cadence] }),
    foreignKey({
      name: "report_schedules_member",
      columns: [table.tenantId, table.userId],
      foreignColumns: [memberships.tenantId, memberships.userId],
    }).onDelete("cascade"),
  ],
);

/** One mail per member and period. It is taken before it is sent, so that two processes don't send it at once. */
export const reportMails = pgTable(
  "report_mails",
  {
    tenantId: tenantId(),
    userId: uuid("user_id").notNull(),
    cadence: text("cadence").$type<"week" | "month">().notNull(),
    /** The first local day of the period. */
    periodStart: date("period_start").notNull(),
    tries: smallint("tries").notNull().default(0),
    takenUntil: at("taken_until"),
    sentAt: at("sent_at"),
    /** Why it will not be sent: the member may not see reports any more, or the mail server refused it too often. */
    droppedReason: text("dropped_reason"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId, table.cadence, table.periodStart] }),
    index("report_mails_open").on(table.createdAt).where(sql`sent_at is null and dropped_reason is null`),
    foreignKey({
      name: "report_mails_schedule",
      columns: [table.tenantId, table.userId, table.cadence],
      foreignColumns: [reportSchedules.tenantId, reportSchedules.userId, reportSchedules.cadence],
    }).onDelete("cascade"),
  ],
);

/** What the public service page shows of one hour of the installation. */
export const serviceHours = pgTable("service_hours", {
  hour: at("hour").primaryKey(),
  /** Messages by their time from submission to delivery: the classes of `core/reports/latency.ts`. Null: not counted yet. */
  deliveries: integer("deliveries").array(),
  /** The longest that a due message waited to be sent, as the worker saw it. */
  queueDelaySeconds: doublePrecision("queue_delay_seconds").notNull().default(0),
});
