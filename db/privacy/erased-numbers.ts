import { sql } from "drizzle-orm";
import type { PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";

/**
 * Returns which of these numbers a tenant has erased. Until the transaction ends no erasure of the tenant begins, so that
 * what it writes about the others is seen by the next one.
 */
export async function erasedAmong(
  tx: PipelineTransaction,
  tenantId: string,
  phones: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ phone: string }[]>`
    select erased_among as phone from erased_among(${tenantId}, ${phones as string[]}::text[])`;
  return new Set(rows.map(({ phone }) => phone));
}

/** The same for numbers as an array literal. */
export async function erasedAmongGiven(
  tx: PipelineTransaction,
  tenantId: string,
  phones: string,
): Promise<string[]> {
  const rows = await tx<{ phone: string }[]>`
    select erased_among as phone from erased_among(${tenantId}, ${phones}::text[])`;
  return rows.map(({ phone }) => phone);
}

/** Whether a tenant has erased anybody, with the lock of `erasedAmong`. */
export async function hasErased(tx: PipelineTransaction, tenantId: string): Promise<boolean> {
  await erasedAmong(tx, tenantId, []);
  const rows = await tx`select 1 from erasures where tenant_id = ${tenantId} and lifted_at is null limit 1`;
  return rows.length > 0;
}

/** Whether a tenant has erased a number. Takes no lock. */
export async function isErased(tx: PipelineTransaction, tenantId: string, phone: string): Promise<boolean> {
  const [row] = await tx<
    { erased: boolean }[]
  >`select erased_since(${tenantId}, ${phone}) is not null as erased`;
  return row!.erased;
}

/** The same in a transaction of the API that is about to write the number, with the lock of `erasedAmong`. */
export async function refusesErased(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<boolean> {
  const rows = await tx.execute(sql`select 1 from erased_among(${tenantId}, array[${phone}]::text[])`);
  return rows.length > 0;
}
