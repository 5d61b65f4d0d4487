import type { CarrierRegistration } from "@smscrm/core/campaigns/carrier-registration";
import type { Registration } from "@smscrm/core/campaigns/registration";
import { sql } from "drizzle-orm";
import {
  char,
  date,
  doublePrecision,
  index,
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
    /** Token bucket: the segments that it may send now, as of `tokensAt`. */
    tokens: doublePrecision("tokens").notNull().default(0),
    tokensAt: at("tokens_at").notNull().defaultNow(),
    sentOn: date("sent_on"),
    sentToday: integer("sent_today").notNull().default(0),
    /**
     * The program does not use it until then, because too many of its messages failed; `status` is the operator's.
     */
    restedUntil: at("rested_until"),
    restReason: text("rest_reason"),
    /** Sender names only, with the register's reference and day. */
    registration: text("registration").$type<Registration>(),
    registrationReference: text("registration_reference"),
    registeredOn: date("registered_on"),
    /** What the carrier's account says of a number that must be registered there; null: never read, or it needs none. */
    carrierRegistration: text("carrier_registration").$type<CarrierRegistration>(),
    /** Why the carrier refused it, in its words. */
    carrierRegistrationReason: text("carrier_registration_reason"),
    /** Since when the carrier has it in this state, as far as it says. */
    carrierRegistrationSince: at("carrier_registration_since"),
    carrierRegistrationReadAt: at("carrier_registration_read_at"),
    /** When somebody, or an error of the carrier, last asked to read it again. */
    carrierRegistrationAskedAt: at("carrier_registration_asked_at"),
    /** Why the last attempt to read it failed; null: it did not. */
    carrierRegistrationFailure: text("carrier_registration_failure"),
    /** When the platform's operator took it back from the tenant; the row stays for its sent messages. */
    takenBackAt: at("taken_back_at"),
    createdAt: createdAt(),
  },
  (table) => [
    // A reply finds its tenant by the receiving number. Nobody can reply to a name, so two tenants may have the same
    // name.
    uniqueIndex("sending_numbers_phone")
      .on(table.phoneE164)
      .where(sql`kind <> 'alphanumeric' and taken_back_at is null`),
    index("sending_numbers_former").on(table.phoneE164).where(sql`taken_back_at is not null`),
    uniqueIndex("sending_numbers_name")
      .on(table.tenantId, table.country, sql`lower(${table.phoneE164})`)
      .where(sql`kind = 'alphanumeric'`),
    unique("sending_numbers_tenant_id").on(table.tenantId, table.id),
  ],
);
