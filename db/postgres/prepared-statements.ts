import type postgres from "postgres";
import { createStatementBook } from "./statement-book.ts";

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
