import type { Registration } from "@smscrm/core/sender-name";
import { sql } from "drizzle-orm";
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
    /** Sender names only, with the register's reference and day. */
    registration: text("registration").$type<Registration>(),
    registrationReference: text("registration_reference"),
    registeredOn: date("registered_on"),
    createdAt: createdAt(),
  },
  (table) => [
    // A reply is told apart by the number that it came to. Nobody can reply to a name: two tenants may have the same.
    uniqueIndex("sending_numbers_phone").on(table.phoneE164).where(sql`kind <> 'alphanumeric'`),
    uniqueIndex("sending_numbers_name")
      .on(table.tenantId, table.country, sql`lower(${table.phoneE164})`)
      .where(sql`kind = 'alphanumeric'`),
    unique("sending_numbers_tenant_id").on(table.tenantId, table.id),
  ],
);
