import { bigint, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, bytes, createdAt, tenantId } from "./columns.ts";
import { tenants } from "./tenants.ts";

/**
 * Append-only. Each row's hash covers the row before it in its tenant's sequence, so that gaps and edits are visible.
 */
export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: tenantId().references(() => tenants.id),
    /** Null if the program itself acted. */
    actorId: uuid("actor_id"),
    action: text("action").notNull(),
    objectKind: text("object_kind").notNull(),
    objectId: text("object_id"),
    detail: jsonb("detail").$type<Record<string, unknown>>().notNull().default({}),
    createdAt: createdAt(),
    previousHash: bytes("previous_hash"),
    hash: bytes("hash"),
    /**
     * Assigned by the trigger under the tenant's lock. With the hash it forms the chain that `verify_audit_log`
     * checks.
     */
    seq: bigint("seq", { mode: "number" }),
  },
  (table) => [
    index("audit_log_newest").on(table.tenantId, table.id),
    index("audit_log_seq").on(table.tenantId, table.seq),
  ],
);

/** The last link of each tenant's audit log. Only the trigger on `audit_log` writes it. */
export const auditHeads = pgTable("audit_heads", {
  tenantId: uuid("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  seq: bigint("seq", { mode: "number" }).notNull(),
  hash: bytes("hash").notNull(),
});

/** The last report of each worker process; the API reads the queue's depth here. */
export const workerHeartbeats = pgTable("worker_heartbeats", {
  workerId: text("worker_id").primaryKey(),
  queueMode: text("queue_mode").notNull(),
  queueWaiting: integer("queue_waiting").notNull(),
  queueActive: integer("queue_active").notNull(),
  carrier: text("carrier").notNull(),
  startedAt: at("started_at").notNull(),
  seenAt: at("seen_at").notNull(),
});
