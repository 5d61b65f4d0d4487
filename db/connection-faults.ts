/** Where the database could not be reached, or would not take a connection: PostgreSQL's codes, the driver's, the system's. */
const CODES =
  /^(08\w{3}|53300|57P0[1-3]|CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const DEPTH = 5;

/** Whether an error, or what caused it, is a lost or refused connection. Ask only about errors of the database. */
export function isConnectionFault(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < DEPTH && cause instanceof Error; depth += 1) {
    const { code } = cause as Error & { code?: unknown };
    if (typeof code === "string" && CODES.test(code)) return true;
    if (cause instanceof AggregateError && cause.errors.some((each) => isConnectionFault(each))) return true;
    cause = cause.cause;
  }
  return false;
}
