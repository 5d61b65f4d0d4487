import { eq } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { tenants } from "../schema/index.ts";

/** Returns the tenant's topics of marketing, such as "Offers". */
export async function readTopics(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const [row] = await tx.select({ topics: tenants.topics }).from(tenants).where(eq(tenants.id, tenantId));
  return row?.topics ?? [];
}

export async function writeTopics(tx: TenantTransaction, tenantId: string, topics: string[]): Promise<void> {
  await tx.update(tenants).set({ topics }).where(eq(tenants.id, tenantId));
}
