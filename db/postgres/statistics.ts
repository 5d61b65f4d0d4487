import type { Pipeline } from "./connection.ts";

/** Fewer new rows than this do not change a plan. */
const NEW_ROWS_MIN = 500;

/**
 * Updates the planner's statistics after many new rows. Autovacuum does it a minute later at best, and until then
 * plans are made for the old table. If another session already analyses the table, that is enough.
 */
export async function refreshStatistics(
  sql: Pipeline,
  table: "contacts" | "send_jobs",
  newRows: number,
): Promise<void> {
  if (newRows < NEW_ROWS_MIN) return;
  await sql`select refresh_statistics(${table})`;
}
