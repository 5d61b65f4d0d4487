import type postgres from "postgres";

/**
 * The most statements that are prepared: each takes memory in each connection's server process. Filters and lists make
 * new texts without end.
 */
const PREPARED_MAX = 300;
/** How many texts that were seen once are remembered. */
const SEEN_MAX = 1_000;

/** Decides which statements are worth preparing: those that come a second time, as long as there is room. */
export function createStatementBook({ preparedMax = PREPARED_MAX, seenMax = SEEN_MAX } = {}) {
  const prepared = new Set<string>();
  const seen = new Set<string>();
  return (text: string): boolean => {
    if (prepared.has(text)) return true;
    if (prepared.size >= preparedMax) return false;
    if (seen.delete(text)) {
      prepared.add(text);
      return true;
    }
    if (seen.size >= seenMax) seen.clear();
    seen.add(text);
    return false;
  };
}

type Unsafe = postgres.Sql["unsafe"];

/**
 * Makes the client prepare the statements that Drizzle sends again and again. The driver asks the server for the types
 * of an unprepared statement's parameters first, so each costs two round trips; a prepared one costs one.
 */
export function preparing(client: postgres.Sql): postgres.Sql {
  const isWorthPreparing = createStatementBook();
  const wrap = <C extends { unsafe: Unsafe }>(sql: C): C => {
    const { unsafe } = sql;
    const ours: Unsafe = (text, parameters, options) =>
      unsafe(text, parameters, {
        ...options,
        // Without parameters there is nothing to ask for.
        prepare: options?.prepare || (!!parameters?.length && isWorthPreparing(text)),
      });
    return Object.assign(sql, { unsafe: ours });
  };
  const { begin } = client;
  const beginPreparing = (work: (tx: postgres.TransactionSql) => unknown) => begin((tx) => work(wrap(tx)));
  return Object.assign(wrap(client), { begin: beginPreparing as postgres.Sql["begin"] });
}
