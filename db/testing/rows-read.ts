/**
 * Returns how many rows of these tables PostgreSQL reads for `work`, by scan or index, and the result of `work`.
 * `query` runs SQL in the transaction of `work`. The server's count includes earlier transactions of the connection
 * (it is flushed once a second), so only the difference counts.
 */
export async function countRowsRead<T>(
  query: (text: string) => PromiseLike<ArrayLike<unknown>>,
  tables: readonly string[],
  work: () => Promise<T>,
): Promise<{ rows: number; result: T }> {
  const read = async () => {
    const counted = await query(
      `select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int as rows
       from pg_stat_xact_user_tables where relname in (${tables.map((table) => `'${table}'`).join(", ")})`,
    );
    return (counted[0] as { rows: number }).rows;
  };
  const before = await read();
  const result = await work();
  return { rows: (await read()) - before, result };
}
