import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";

/** The server, timeline and database, in one row. Another identity means that the database was restored or moved. */
export const databaseIdentity = pgTable(
  "database_identity",
  {
    single: boolean("single").primaryKey().default(true),
    identity: text("identity").notNull(),
    /** When a worker last confirmed the identity: nothing committed before this was lost. */
    seenAt: at("seen_at").notNull(),
  },
  (table) => [check("database_identity_single", sql`${table.single}`)],
);

/** Each restore of the database to an earlier state, and what the carrier knew about the time since. */
export const restores = pgTable("restores", {
  id: id(),
  /** Everything committed before this is in the database; the carrier must be asked about later messages. */
  backupAt: at("backup_at").notNull(),
  source: text("source").notNull(),
  lockedAt: at("locked_at").notNull(),
  /** The carrier's messages are checked up to this time; null until the first round is complete. */
  checkedUntil: at("checked_until"),
  carrierOutbound: integer("carrier_outbound").notNull().default(0),
  carrierInbound: integer("carrier_inbound").notNull().default(0),
  /** Why the carrier could not be asked, in a sentence; null without a problem. */
  problem: text("problem"),
  createdAt: createdAt(),
});

/** A message that the carrier knew and the restored database did not. */
export const restoreDifferences = pgTable(
  "restore_differences",
  {
    id: id(),
    restoreId: uuid("restore_id")
      .notNull()
      .references(() => restores.id),
    /** Null if no tenant has the number. */
    tenantId: uuid("tenant_id"),
    /** sent · sent-elsewhere · opt-out · opt-in · reply */
    kind: text("kind").notNull(),
    carrierSid: text("carrier_sid").notNull(),
    phoneE164: text("phone_e164").notNull(),
    campaignId: uuid("campaign_id"),
    sendJobId: uuid("send_job_id"),
    body: text("body").notNull(),
    /** When the carrier made or received it. */
    at: at("at").notNull(),
  },
  (table) => [
    uniqueIndex("restore_differences_once").on(table.restoreId, table.carrierSid),
    index("restore_differences_newest").on(table.tenantId, table.restoreId, table.id),
  ],
);

/** Each finished backup, for the alert about missing backups. */
export const backups = pgTable(
  "backups",
  {
    id: id(),
    file: text("file").notNull(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    sha256: text("sha256").notNull(),
    /** When its snapshot was taken: everything committed before is in it. */
    takenAt: at("taken_at").notNull(),
    finishedAt: at("finished_at").notNull(),
  },
  (table) => [index("backups_newest").on(table.finishedAt)],
);

/**
 * Temporary signature exceptions: requests from this network are accepted despite an invalid signature. Each use is
 * recorded.
 */
export const webhookAllowances = pgTable("webhook_allowances", {
  id: id(),
  /** An address or a network in CIDR notation. */
  network: text("network").notNull(),
  reason: text("reason").notNull(),
  allowedBy: text("allowed_by").notNull(),
  createdAt: createdAt(),
  expiresAt: at("expires_at").notNull(),
  revokedAt: at("revoked_at"),
  timesUsed: integer("times_used").notNull().default(0),
});
