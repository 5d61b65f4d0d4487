const DEPTH = 4;

/**
 * Returns an error without the values in it, to be logged. Database errors quote parameters and rows (phone numbers,
 * texts), so only their statement, code and names remain.
 */
export function withoutValues(error: unknown, depth = DEPTH): unknown {
  if (!(error instanceof Error)) return { thrown: typeof error };
  const { code, query, constraint_name, table_name, column_name } = error as Error & Record<string, unknown>;
  const quotes = query !== undefined || "severity" in error;
  return {
    name: error.name,
    message: "params" in error ? "A statement failed" : quotes ? firstLine(error.message) : error.message,
    code,
    // Only the outer error logs the statement: its cause has the same one.
    query: typeof query === "string" && depth === DEPTH ? query.slice(0, 2_000) : undefined,
    constraint: constraint_name,
    table: table_name,
    column: column_name,
    stack: frames(error.stack),
    cause: error.cause !== undefined && depth > 0 ? withoutValues(error.cause, depth - 1) : undefined,
  };
}

/** PostgreSQL's message quotes a value that it could not read: `invalid input syntax for type uuid: "…"`. */
const firstLine = (message: string) =>
  message
    .split("\n")[0]
    ?.replace(/"[^"]*"$/, '"…"')
    .slice(0, 300);

/** The frames alone: a stack's first lines repeat the message. */
function frames(stack: string | undefined): string[] | undefined {
  return stack
    ?.split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
}
