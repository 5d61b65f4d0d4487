import type { Pipeline } from "./connection.ts";

/** Fewer new rows than this change no plan. */
const WORTH_A_LOOK = 500;

/**
 * Tells the planner about rows that came just now. Autovacuum does so a minute later at best, and what is planned
 * until then is planned for a table as it was before. Somebody else's look at the same table is enough.
 */
export async function refreshStatistics(
  sql: Pipeline,
  table: "contacts" | "send_jobs",
  newRows: number,
): Promise<void> {
  if (newRows < WORTH_A_LOOK) return;
  await sql`analyze (skip_locked) ${sql(table)}`;
}
