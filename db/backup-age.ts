import type { Pipeline, PipelineTransaction } from "./connection.ts";

/**
 * When the newest backup was finished, as the backup itself says in table `backups`; where none ever was, since when
 * there is a tenant, whose data is in no backup.
 */
export async function readBackedUpAt(sql: Pipeline | PipelineTransaction): Promise<Date | null> {
  const [table] = await sql<
    { exists: boolean }[]
  >`select to_regclass('public.backups') is not null as exists`;
  const [newest] = table!.exists
    ? await sql<{ at: Date | null }[]>`select max(finished_at) as at from backups`
    : [];
  if (newest?.at) return newest.at;
  const [first] = await sql<{ at: Date | null }[]>`select min(created_at) as at from tenants`;
  return first?.at ?? null;
}
