import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";

/**
 * Returns when the newest backup was finished, by its own record. Without any backup: when the first tenant was
 * created, because its data is in no backup since then.
 */
export async function readBackedUpAt(sql: Pipeline | PipelineTransaction): Promise<Date | null> {
  const [row] = await sql<{ at: Date | null }[]>`
    select coalesce((select max(finished_at) from backups), (select min(created_at) from tenants)) as at`;
  return row!.at;
}
