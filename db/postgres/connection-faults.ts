/**
 * Classifies database errors by their code: PostgreSQL's own (SQLSTATE), the driver's or the system's. Each function
 * checks the error and its causes, because drizzle and the network wrap the error that has the code.
 */

const DEPTH = 5;

/** Returns the codes of an error and of its causes, the outermost first. */
export function codesOf(error: unknown, depth = DEPTH): string[] {
  if (!(error instanceof Error) || depth === 0) return [];
  const { code } = error as Error & { code?: unknown };
  const together = error instanceof AggregateError ? error.errors : [];
  return [
    ...(typeof code === "string" ? [code] : []),
    ...together.flatMap((each) => codesOf(each, depth - 1)),
    ...codesOf(error.cause, depth - 1),
  ];
}

const hasCode = (pattern: RegExp) => (error: unknown) => codesOf(error).some((code) => pattern.test(code));

/** Whether the database could not be reached, or refused a connection. */
export const isConnectionFault = hasCode(
  /^(08\w{3}|53300|57P0[1-3]|CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/,
);

/** Whether a statement was ended by its time limit (query_canceled) or by its limit for a lock (lock_not_available). */
export const isTooSlow = hasCode(/^(57014|55P03)$/);

/** Whether a change was refused because it passes a limit of the platform's operator. */
export function passesLimit(error: unknown, depth = DEPTH): boolean {
  if (!(error instanceof Error) || depth === 0) return false;
  const { constraint_name: constraint } = error as Error & { constraint_name?: unknown };
  const isLimit = typeof constraint === "string" && /^tenants_.*_limit$/.test(constraint);
  return isLimit || passesLimit(error.cause, depth - 1);
}

/** Whether PostgreSQL rolled a transaction back because of a deadlock. A retry is safe. */
export const isDeadlock = hasCode(/^40P01$/);

/**
 * Whether the database refused a row because of its data (data exceptions, violated constraints). It would refuse the
 * same row again. Every other failure (unreachable, full, read-only, not migrated, too slow) can pass.
 */
export const blamesTheData = hasCode(/^2[23]\w{3}$/);

/** Whether a retry may succeed: lost connections, missing resources, deadlocks, an operator's stop. */
export const mayPass = hasCode(/^((08|40|53|55|57|58)\w{3}|(CONNECTION|CONNECT)_\w+|E[A-Z]+|EAI_AGAIN)$/);
