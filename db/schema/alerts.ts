import type { AlertRuleName, AlertSeverity } from "@smscrm/core/alerts/rules";
import { sql } from "drizzle-orm";
import {
  doublePrecision,
  index,
  jsonb,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, id } from "./columns.ts";
import { tenants } from "./tenants.ts";

/**
 * What an operator has to know, from the moment a rule's condition first held to the moment it was over; and, like an
 * outbox, who was told of it. At most one row per rule and thing is not resolved.
 */
export const alerts = pgTable(
  "alerts",
  {
    id: id(),
    /** Null: about the whole system. */
    tenantId: uuid("tenant_id").references(() => tenants.id),
    rule: text("rule").$type<AlertRuleName>().notNull(),
    /** Which of several things inside the tenant, e.g. a sending number's id; '' where there is only one. */
    object: text("object").notNull().default(""),
    severity: text("severity").$type<AlertSeverity>().notNull(),
    /** pending (the condition holds, not yet for long enough) · open · resolved */
    state: text("state").$type<"pending" | "open" | "resolved">().notNull(),
    /** A sentence with the figures as they are now; when it is resolved, as they were last. */
    summary: text("summary").notNull(),
    value: doublePrecision("value").notNull(),
    detail: jsonb("detail").$type<Record<string, unknown>>().notNull().default({}),
    /** Since when the condition has held without a break. */
    since: at("since").notNull(),
    /** When the rule was last judged. */
    judgedAt: at("judged_at").notNull(),
    /** Since when the condition of an open one has not held any more. */
    clearSince: at("clear_since"),
    openedAt: at("opened_at"),
    resolvedAt: at("resolved_at"),
    /** pagerduty · slack · log: where it went. */
    channel: text("channel").$type<"pagerduty" | "slack" | "log">(),
    openToldAt: at("open_told_at"),
    resolveToldAt: at("resolve_told_at"),
    /** When somebody is to be told next; null: nothing is left to tell. */
    tellAt: at("tell_at"),
    tries: smallint("tries").notNull().default(0),
    /** Why the last try did not succeed; never an address or a key. */
    tellProblem: text("tell_problem"),
  },
  (table) => [
    uniqueIndex("alerts_one_at_a_time")
      .on(
        sql`coalesce(${table.tenantId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
        table.rule,
        table.object,
      )
      .where(sql`state <> 'resolved'`),
    index("alerts_newest").on(table.tenantId, table.id),
    index("alerts_object").on(table.rule, table.object),
    index("alerts_to_tell").on(table.tellAt).where(sql`tell_at is not null`),
  ],
);
