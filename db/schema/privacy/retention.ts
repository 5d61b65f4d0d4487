import type { RetentionKind } from "@smscrm/core/privacy/retention";
import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** How long a tenant keeps a kind of data. No row: as long as the tenant exists. */
export const retentionRules = pgTable(
  "retention_rules",
  {
    tenantId: tenantId().references(() => tenants.id),
    kind: text("kind").$type<RetentionKind>().notNull(),
    months: integer("months").notNull(),
    changedBy: uuid("changed_by"),
    changedAt: at("changed_at").notNull().defaultNow(),
    /** Everything up to this row was swept. Set back when the rule changes. */
    sweptUntil: uuid("swept_until"),
    /** When the kind is swept next. */
    dueAt: at("due_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.kind] }),
    index("retention_rules_due").on(table.dueAt),
  ],
);

/** The receipts of nightly sweeps that removed something. */
export const retentionSweeps = pgTable(
  "retention_sweeps",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    createdAt: createdAt(),
    /** The number of rows by kind, and the time before which they were written. */
    removed: jsonb("removed").$type<{ kind: RetentionKind; rows: number; before: string }>().notNull(),
  },
  (table) => [index("retention_sweeps_newest").on(table.tenantId, table.id)],
);
