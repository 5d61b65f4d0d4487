import {
  bigint,
  date,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { at } from "./columns.ts";

const count = (name: string) => integer(name).notNull().default(0);

/**
 * The results of messages per minute, maintained by triggers, so that no writer can forget it. The first four count
 * in the minute of the claim, the others in the minute of the callback. `shard` is the writing connection's process,
 * so that writers never wait for each other; older minutes are folded into shard 0.
 */
export const sendMinutes = pgTable(
  "send_minutes",
  {
    minute: timestamp("minute", { withTimezone: true, mode: "date" }).notNull(),
    tenantId: uuid("tenant_id").notNull(),
    shard: integer("shard").notNull(),
    submitted: count("handed_over"),
    /** Of those: messages with any final status. */
    answered: count("answered"),
    /** Of those: delivered within five minutes. */
    deliveredInTime: count("delivered_in_time"),
    /** Of those: the recipient answered STOP. */
    optedOut: count("opted_out"),
    delivered: count("delivered"),
    failed: count("failed"),
    /** Messages with a first callback, and the sum of their lags after the submission. */
    heard: count("heard"),
    heardInTime: count("heard_in_time"),
    heardSeconds: doublePrecision("heard_seconds").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.minute, table.tenantId, table.shard] }),
    index("send_minutes_of_tenant").on(table.tenantId, table.minute),
  ],
);

/** What each API and worker process counted in a minute. A minute without a row of any API counts as down. */
export const serviceMinutes = pgTable(
  "service_minutes",
  {
    minute: timestamp("minute", { withTimezone: true, mode: "date" }).notNull(),
    /** api · worker */
    service: text("service").notNull(),
    instance: text("instance").notNull(),
    requests: count("requests"),
    /** Answered within half a second. */
    requestsFast: count("requests_fast"),
    /** Answered with 5xx. */
    requestsFailed: count("requests_failed"),
    /** How often the database could not be reached. */
    databaseFailures: count("database_failures"),
  },
  (table) => [primaryKey({ columns: [table.minute, table.service, table.instance] })],
);

/** Good and all events per objective and day, up to and including the minute `through`. */
export const objectiveDays = pgTable(
  "objective_days",
  {
    objective: text("objective").notNull(),
    day: date("day").notNull(),
    good: bigint("good", { mode: "number" }).notNull(),
    total: bigint("total", { mode: "number" }).notNull(),
    through: at("through").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.objective, table.day] }),
    index("objective_days_newest").on(table.day),
  ],
);
