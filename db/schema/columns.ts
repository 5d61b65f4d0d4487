import { sql } from "drizzle-orm";
import { customType, numeric, timestamp, uuid } from "drizzle-orm/pg-core";

/** UUIDv7: sorts by time, so the newest page of a list is the end of its index. */
export const id = () => uuid("id").primaryKey().default(sql`uuid_v7()`);

export const tenantId = () => uuid("tenant_id").notNull();

export const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const createdAt = () => at("created_at").notNull().defaultNow();

/** Money in cents with four decimals: exact for core's micros, and readable in SQL. */
export const cents = (name: string) => numeric(name, { precision: 20, scale: 4 });

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
});
