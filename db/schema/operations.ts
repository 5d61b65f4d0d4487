import { sql } from "drizzle-orm";
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
    /**
     * Random, and part of the hash: so a hash does not show what a redacted entry said. Deleted with the redaction. Null
     * in entries from before migration 0034.
     */
    salt: bytes("salt"),
  },
  (table) => [
    index("audit_log_newest").on(table.tenantId, table.id),
    // The filters of the audit page, each in the page's order.
    index("audit_log_actor").on(table.tenantId, table.actorId, table.id),
    index("audit_log_noun").on(table.tenantId, sql`split_part(action, '.', 1)`, table.id),
    index("audit_log_object").on(table.tenantId, table.objectKind, table.objectId, table.id),
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

/**
 * Append-only: what a log ended with at a time, signed by a worker. An intruder who rewrites a log and `audit_heads`
 * can't sign it. If signed heads were removed too, a copy elsewhere shows it.
 */
export const auditSignedHeads = pgTable(
  "audit_signed_heads",
  {
    /** In the order of signing, which is the order of copying. */
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: tenantId().references(() => tenants.id),
    seq: bigint("seq", { mode: "number" }).notNull(),
    hash: bytes("hash").notNull(),
    /** To the millisecond, because it is signed. */
    signedAt: at("signed_at").notNull(),
    keyId: text("key_id").notNull(),
    signature: bytes("signature").notNull(),
  },
  (table) => [index("audit_signed_heads_newest").on(table.tenantId, table.id)],
);

/** Append-only: the public keys that workers have signed with. */
export const auditKeys = pgTable("audit_keys", {
  /** SHA-256 of the public key. */
  keyId: text("key_id").primaryKey(),
  /** PEM. */
  publicKey: text("public_key").notNull(),
  createdAt: createdAt(),
});

/** How far the signed heads were copied to each place that AUDIT_COPY named. */
export const auditCopies = pgTable("audit_copies", {
  place: text("place").primaryKey(),
  /** The id of the last copied head. */
  copiedId: bigint("copied_id", { mode: "number" }).notNull().default(0),
  triedAt: at("tried_at"),
  failingSince: at("failing_since"),
  problem: text("problem"),
});

/** The last check of each tenant's whole log. */
export const auditChecks = pgTable("audit_checks", {
  tenantId: uuid("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  checkedAt: at("checked_at").notNull(),
  /** The first broken entry or head; null if there is none. */
  fault: text("fault"),
  /** The last signed head before the fault. */
  unbrokenUntil: at("unbroken_until"),
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
