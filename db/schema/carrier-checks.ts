import { index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "./columns.ts";

/** How far the carrier's list of a number's messages was compared with ours, and when the next comparison is due. */
export const carrierChecks = pgTable(
  "carrier_checks",
  {
    tenantId: tenantId(),
    sendingNumberId: uuid("sending_number_id").notNull(),
    /** inbound · outbound */
    direction: text("direction").notNull(),
    checkedUntil: at("checked_until").notNull(),
    dueAt: at("due_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sendingNumberId, table.direction] }),
    index("carrier_checks_due").on(table.direction, table.dueAt),
  ],
);

/** The findings of such comparisons. An outbound message that is linked to an attempt later no longer counts. */
export const carrierFindings = pgTable(
  "carrier_findings",
  {
    id: id(),
    tenantId: tenantId(),
    /** missed-inbound: no webhook had brought it · unknown-message: the carrier has it, we don't */
    kind: text("kind").notNull(),
    messageSid: text("message_sid").notNull(),
    fromPhone: text("from_phone").notNull(),
    toPhone: text("to_phone").notNull(),
    carrierStatus: text("carrier_status").notNull(),
    /** When the carrier made the message. */
    madeAt: at("made_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("carrier_findings_once").on(table.messageSid),
    index("carrier_findings_newest").on(table.tenantId, table.id),
    index("carrier_findings_found").on(table.createdAt),
  ],
);

/** When the carrier's account is next asked for registrations: one row, for the whole installation. */
export const registrationChecks = pgTable("registration_checks", {
  id: integer("id").primaryKey(),
  dueAt: at("due_at").notNull(),
  /** Failures in a row. */
  failures: integer("failures").notNull().default(0),
});

/** How far prices were fetched at each age (1, 6, 24 and 72 hours), hour by hour. */
export const priceChecks = pgTable("price_checks", {
  ageHours: integer("age_hours").primaryKey(),
  checkedUntil: at("checked_until").notNull(),
  dueAt: at("due_at").notNull(),
});
