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

/** Which server, timeline and database this is, in one row. Another one means that it was restored or moved. */
export const databaseIdentity = pgTable(
  "database_identity",
  {
    single: boolean("single").primaryKey().default(true),
    identity: text("identity").notNull(),
    /** When a worker last saw that it is still the same: until then at least, nothing was lost. */
    seenAt: at("seen_at").notNull(),
  },
  (table) => [check("database_identity_single", sql`${table.single}`)],
);

/** Each time the database was put back to an earlier state, and what the carrier knew that it did not. */
export const restores = pgTable("restores", {
  id: id(),
  /** Everything that was committed before this is there; what came after has to be asked for. */
  backupAt: at("backup_at").notNull(),
  source: text("source").notNull(),
  lockedAt: at("locked_at").notNull(),
  /** The carrier was asked about everything until here; null while the first round is not done. */
  checkedUntil: at("checked_until"),
  carrierOutbound: integer("carrier_outbound").notNull().default(0),
  carrierInbound: integer("carrier_inbound").notNull().default(0),
  /** Why the carrier could not be asked, in a sentence; null while all is well. */
  problem: text("problem"),
  createdAt: createdAt(),
});

/** One thing that the carrier knew and the restored database did not. */
export const restoreDifferences = pgTable(
  "restore_differences",
  {
    id: id(),
    restoreId: uuid("restore_id")
      .notNull()
      .references(() => restores.id),
    /** Null where nobody here owns the number. */
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

/** Each backup that was finished: what the alert about a missing one looks at. */
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

/** For a limited time, requests whose signature does not hold are taken from an address. Each use is recorded. */
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
