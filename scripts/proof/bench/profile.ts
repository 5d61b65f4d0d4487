import type postgres from "postgres";

/** Resets PostgreSQL's statistics, so that the next reading covers one measurement. */
export async function forgetStatements(admin: postgres.Sql): Promise<void> {
  await admin`select pg_stat_statements_reset()`;
}

/**
 * Returns the statements that took PostgreSQL most time since the reset, with their calls. Statements of triggers count
 * in the statements that fire them.
 */
export async function costliestStatements(admin: postgres.Sql, items: number): Promise<string> {
  const rows = await admin<{ calls: number; ms: number; rows: number; query: string; toplevel: boolean }[]>`
    select sum(calls)::int as calls, sum(total_exec_time)::float8 as ms, sum(rows)::int as rows, toplevel,
      regexp_replace(left(query, 400), '\\s+', ' ', 'g') as query
    from pg_stat_statements group by query, toplevel order by ms desc limit 28`;
  return rows
    .map(({ calls, ms, query, toplevel }) => {
      const each = `${((ms * 1_000) / items).toFixed(1)} µs each`;
      return `  ${each.padStart(14)}  ${calls} calls${toplevel ? "" : " (inside)"}  ${query.slice(0, 150)}`;
    })
    .join("\n");
}
