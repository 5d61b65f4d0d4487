import type { Pipeline, PipelineTransaction } from "./connection.ts";

/**
 * When the newest backup was finished, as the backup itself says; where none ever was, since when there is a tenant,
 * whose data is in no backup.
 */
export async function readBackedUpAt(sql: Pipeline | PipelineTransaction): Promise<Date | null> {
  const [row] = await sql<{ at: Date | null }[]>`
    select coalesce((select max(finished_at) from backups), (select min(created_at) from tenants)) as at`;
  return row!.at;
}
