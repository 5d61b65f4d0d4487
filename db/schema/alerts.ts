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
 * Alerts for operators, from the time when a rule's condition first held until it was resolved. The table is also the
 * outbox of their notices. At most one row per rule and object is not resolved.
 */
export const alerts = pgTable(
  "alerts",
  {
    id: id(),
    /** Null: about the whole system. */
    tenantId: uuid("tenant_id").references(() => tenants.id),
    rule: text("rule").$type<AlertRuleName>().notNull(),
    /** The object inside the tenant, e.g. a sending number's id; '' where there is only one. */
    object: text("object").notNull().default(""),
    severity: text("severity").$type<AlertSeverity>().notNull(),
    /** pending (the condition holds, not yet for long enough) · open · resolved */
    state: text("state").$type<"pending" | "open" | "resolved">().notNull(),
    /** A sentence with the current figures; after the alert is resolved, with the last ones. */
    summary: text("summary").notNull(),
    value: doublePrecision("value").notNull(),
    detail: jsonb("detail").$type<Record<string, unknown>>().notNull().default({}),
    /** Since when the condition has held without a break. */
    since: at("since").notNull(),
    /** When the rule was last evaluated. */
    evaluatedAt: at("judged_at").notNull(),
    /** Since when the condition of an open alert no longer holds. */
    clearSince: at("clear_since"),
    openedAt: at("opened_at"),
    resolvedAt: at("resolved_at"),
    /** pagerduty · slack · log: the channel of its notices. */
    channel: text("channel").$type<"pagerduty" | "slack" | "log">(),
    openNotifiedAt: at("open_told_at"),
    resolveNotifiedAt: at("resolve_told_at"),
    /** When the next notice is due; null: no notice is left. */
    notifyAt: at("tell_at"),
    tries: smallint("tries").notNull().default(0),
    /** Why the last try failed; never an address or a key. */
    notifyProblem: text("tell_problem"),
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
    index("alerts_to_tell").on(table.notifyAt).where(sql`tell_at is not null`),
  ],
);
