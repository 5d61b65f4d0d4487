import { testLogins } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { type Program, startProgram } from "./program.ts";

/** Starts the API as production runs it. `by` is a command that starts it, such as `taskset`. */
export async function startApi(
  database: string,
  redis: string,
  env: Record<string, string> = {},
  by: readonly string[] = [],
): Promise<Program & { url: string }> {
  const port = await freePort();
  const logins = testLogins(database);
  const all = {
    NODE_ENV: "production",
    DATABASE_URL: logins.DATABASE_API_URL,
    ...logins,
    REDIS_URL: redis,
    PORT: String(port),
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://texts.example.com",
    TRUSTED_PROXIES: "127.0.0.1",
    TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "2".repeat(32),
    LEAVE_SECONDS: "0",
    ...env,
  };
  const isReady = (line: string) => line.includes("The API listens");
  const program = await startProgram("server/main.ts", [], all, isReady, by);
  return { ...program, url: `http://127.0.0.1:${port}` };
}
