import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, bytes, createdAt, id, tenantId } from "../columns.ts";
import { tenants } from "../tenants.ts";

/** What is still needed to remove a person's traces. Deleted as soon as they are removed. */
export interface PendingErasure {
  phone: string;
  /** The number as people write it in the country, without its prefix: import files have it in that form. */
  nationalDigits: string;
  contactIds: string[];
  firstName: string | null;
  lastName: string | null;
  /** Absent in rows of an earlier version. */
  email?: string | null;
}

/** How many rows an erasure changed, by what they hold. */
export type ErasureReceipt = Record<string, number>;

/**
 * The people whom a tenant erased, by a keyed hash of their number (`number_hash`). While the row is not lifted, the
 * person can't be imported or added, and no claim lets a message go to them. The list is also kept outside of the
 * database, so that a restore of an older backup erases again.
 */
export const erasures = pgTable(
  "erasures",
  {
    id: id(),
    tenantId: tenantId().references(() => tenants.id),
    numberHash: bytes("number_hash").notNull(),
    /** The source of the do-not-contact entry that the person had; null: none. */
    listedBy: text("listed_by"),
    /** Why, in the words of the member. It may not name the person. */
    reason: text("reason").notNull(),
    /** Null: repeated after a restore. */
    requestedBy: uuid("requested_by"),
    createdAt: createdAt(),
    pending: jsonb("pending").$type<PendingErasure>(),
    /** For the second look: rows that a transaction wrote which had begun before the erasure. */
    contactIds: uuid("contact_ids").array().notNull().default(sql`'{}'::uuid[]`),
    finishedAt: at("finished_at"),
    checkedAt: at("checked_at"),
    receipt: jsonb("receipt").$type<ErasureReceipt>().notNull().default({}),
    liftedAt: at("lifted_at"),
    liftedBy: uuid("lifted_by"),
    liftReason: text("lift_reason"),
  },
  (table) => [
    uniqueIndex("erasures_in_force").on(table.tenantId, table.numberHash).where(sql`lifted_at is null`),
    index("erasures_newest").on(table.tenantId, table.id),
    index("erasures_open").on(table.createdAt).where(sql`checked_at is null`),
  ],
);
