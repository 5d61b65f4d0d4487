import { bigint, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, bytes, createdAt, tenantId } from "./columns.ts";
import { tenants } from "./tenants.ts";

/** Append-only; each row's hash covers the one before it, so that a gap or an edit shows. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: tenantId().references(() => tenants.id),
    /** Null where the program itself acted. */
    actorId: uuid("actor_id"),
    action: text("action").notNull(),
    objectKind: text("object_kind").notNull(),
    objectId: text("object_id"),
    detail: jsonb("detail").$type<Record<string, unknown>>().notNull().default({}),
    createdAt: createdAt(),
    previousHash: bytes("previous_hash"),
    hash: bytes("hash"),
  },
  (table) => [index("audit_log_newest").on(table.tenantId, table.id)],
);

/** What each worker process last said of itself; the API reads the queue's depth here. */
export const workerHeartbeats = pgTable("worker_heartbeats", {
  workerId: text("worker_id").primaryKey(),
  queueMode: text("queue_mode").notNull(),
  queueWaiting: integer("queue_waiting").notNull(),
  queueActive: integer("queue_active").notNull(),
  carrier: text("carrier").notNull(),
  startedAt: at("started_at").notNull(),
  seenAt: at("seen_at").notNull(),
});
