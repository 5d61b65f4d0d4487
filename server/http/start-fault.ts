import { LoginFault } from "@smscrm/db/logins/logins";
import { codesOf, isConnectionFault } from "@smscrm/db/postgres/connection-faults";
import { NewerSchema } from "@smscrm/db/postgres/system";

/** Returns why the API did not start, in one sentence that says what to do. It never repeats an address's password. */
export function startFault(
  error: unknown,
  { DATABASE_URL, PORT }: { DATABASE_URL: string; PORT: number },
): string {
  if (error instanceof NewerSchema || error instanceof LoginFault) return error.message;
  const [code] = codesOf(error);
  if (code === "EADDRINUSE")
    return `Port ${PORT} is in use: stop what listens there, or set PORT to another.`;
  if (code === "EACCES") return `Port ${PORT} may not be opened by this user: set PORT to one above 1024.`;
  const { hostname, port, pathname } = new URL(DATABASE_URL);
  const where = `${hostname}:${port || 5432}`;
  if (code === "28P01" || code === "28000")
    return `PostgreSQL at ${where} refuses the API's login or its password: set DATABASE_API_URL (or DATABASE_URL) to the API's own login, and run pnpm migrate with it as DATABASE_API_URL, which creates it.`;
  if (code === "3D000")
    return `PostgreSQL at ${where} has no database ${pathname.slice(1)}: create it, then run pnpm migrate.`;
  if (code === "42P01" || code === "3F000") {
    return `The database at ${where} does not have this version's tables: run pnpm migrate.`;
  }
  if (code === "42501")
    return `The login of the API's address may not use the database at ${where}: run pnpm migrate with that address as DATABASE_API_URL, which gives it its rights.`;
  // If the database accepts no more connections, its own error says so. Starting another database would not help.
  if (code !== "53300" && isConnectionFault(error)) {
    return `PostgreSQL is not reachable at ${where}: start it (pnpm start brings its own), or set DATABASE_URL.`;
  }
  return `The API could not start: ${error instanceof Error ? error.message : "unknown reason"}`;
}
