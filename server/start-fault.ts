import { NewerSchema } from "@smscrm/db/system";

/** Why the API did not start, in one sentence that says what to do. Never repeats an address's password. */
export function startFault(
  error: unknown,
  { DATABASE_URL, PORT }: { DATABASE_URL: string; PORT: number },
): string {
  if (error instanceof NewerSchema) return error.message;
  const code = codeOf(error);
  if (code === "EADDRINUSE")
    return `Port ${PORT} is in use: stop what listens there, or set PORT to another.`;
  if (code === "EACCES") return `Port ${PORT} is not ours to open: set PORT to one above 1024.`;
  const { hostname, port, pathname } = new URL(DATABASE_URL);
  const where = `${hostname}:${port || 5432}`;
  if (code === "28P01" || code === "28000")
    return `PostgreSQL at ${where} refuses the user or password of DATABASE_URL.`;
  if (code === "3D000")
    return `PostgreSQL at ${where} has no database ${pathname.slice(1)}: create it, then run pnpm migrate.`;
  if (code === "42P01" || code === "3F000") {
    return `The database at ${where} does not have this version's tables: run pnpm migrate.`;
  }
  if (UNREACHABLE.has(code)) {
    return `PostgreSQL is not reachable at ${where}: start it (pnpm start brings its own), or set DATABASE_URL.`;
  }
  return `The API could not start: ${error instanceof Error ? error.message : "unknown reason"}`;
}

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ETIMEDOUT",
  "CONNECT_TIMEOUT",
  "ECONNRESET",
  "CONNECTION_CLOSED",
  "57P03",
]);

function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string") return code;
    const [first] = (at as { errors?: unknown[] }).errors ?? [];
    if (first instanceof Error) return codeOf(first);
  }
  return "";
}
