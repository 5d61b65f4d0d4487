import {
  char,
  date,
  doublePrecision,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "./columns.ts";
import { tenants } from "./tenants.ts";

export const sendingNumbers = pgTable(
  "sending_numbers",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    phoneE164: text("phone_e164").notNull(),
    /** long-code · toll-free · short-code · alphanumeric */
    kind: text("kind").notNull().default("long-code"),
    country: char("country", { length: 2 }).notNull(),
    label: text("label"),
    /** active · resting · retired */
    status: text("status").notNull().default("active"),
    segmentsPerSecond: integer("segments_per_second").notNull(),
    warmUpStartedOn: date("warm_up_started_on"),
    /** Messages allowed on the first day, the second, …; null: not in warm-up. */
    warmUpSchedule: integer("warm_up_schedule").array(),
    /** Token bucket: what it may send at once, as of `tokensAt`. */
    tokens: doublePrecision("tokens").notNull().default(0),
    tokensAt: at("tokens_at").notNull().defaultNow(),
    sentOn: date("sent_on"),
    sentToday: integer("sent_today").notNull().default(0),
    /** Rested by the program until then, because too much of what it sent was refused; `status` is the operator's. */
    restedUntil: at("rested_until"),
    restReason: text("rest_reason"),
    /** Sender names only: not-registered · pending · registered · refused, with the register's reference and day. */
    registration: text("registration"),
    registrationReference: text("registration_reference"),
    registeredOn: date("registered_on"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("sending_numbers_phone").on(table.phoneE164),
    unique("sending_numbers_tenant_id").on(table.tenantId, table.id),
  ],
);
