import type { BulkChange } from "@smscrm/core/changes/bulk-change";
import { sql } from "drizzle-orm";
import { foreignKey, index, integer, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

export const BULK_STATUSES = ["queued", "running", "completed", "failed", "canceled"] as const;
export type BulkStatus = (typeof BULK_STATUSES)[number];

/** Who a bulk action was for. The words of a search are not kept: they may be a person's name or number. */
export type BulkTarget =
  | { kind: "ticked" }
  | { kind: "tags"; tags: string[] }
  | { kind: "saved"; audienceId: string; name: string }
  | { kind: "filter"; tag?: string; optedOut?: boolean; field?: string; isSearch: boolean };

/** A change of many contacts, done in the background. `contact_changes` has what each was before. */
export const bulkActions = pgTable(
  "bulk_actions",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    change: jsonb("change").$type<BulkChange>().notNull(),
    target: jsonb("target").$type<BulkTarget>().notNull(),
    reason: text("reason"),
    status: text("status").$type<BulkStatus>().notNull().default("queued"),
    /** The contacts that were chosen, and how many of them are done. */
    total: integer("total").notNull(),
    done: integer("done").notNull().default(0),
    changed: integer("changed").notNull().default(0),
    /** Contacts that had the value already, or were gone when their turn came. */
    unchanged: integer("unchanged").notNull().default(0),
    /** Contacts that opted out and stay so, where the action is about the do-not-contact list. */
    keptOptedOut: integer("kept_opted_out").notNull().default(0),
    /** Queued messages that were canceled, because their contact was deleted. */
    messagesCanceled: integer("messages_canceled").notNull().default(0),
    /** The last row of `bulk_targets` that is done. */
    positionId: uuid("position_id"),
    error: text("error"),
    leaseUntil: at("lease_until"),
    leasedBy: text("leased_by"),
    requestedBy: uuid("requested_by").notNull(),
    requestedAt: createdAt(),
    finishedAt: at("finished_at"),
    /** When its change log and targets were removed, so that it can't be undone. */
    sweptAt: at("swept_at"),
  },
  (table) => [
    unique("bulk_actions_tenant_id").on(table.tenantId, table.id),
    index("bulk_actions_open")
      .on(table.status, table.requestedAt)
      .where(sql`status in ('queued', 'running')`),
    index("bulk_actions_logged").on(table.finishedAt).where(sql`swept_at is null`),
  ],
);

/** The contacts that a bulk action was started for, some hundreds a row, in the order in which they are done. */
export const bulkTargets = pgTable(
  "bulk_targets",
  {
    id: id(),
    tenantId: tenantId(),
    actionId: uuid("action_id").notNull(),
    contactIds: uuid("contact_ids").array().notNull(),
  },
  (table) => [
    index("bulk_targets_action").on(table.tenantId, table.actionId, table.id),
    foreignKey({
      name: "bulk_targets_action_id",
      columns: [table.tenantId, table.actionId],
      foreignColumns: [bulkActions.tenantId, bulkActions.id],
    }),
  ],
);
