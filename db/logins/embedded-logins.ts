import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The embedded database's logins, by their variables. */
export interface EmbeddedLogins {
  DATABASE_API_URL: string;
  DATABASE_WORKER_URL: string;
}

const fileIn = (dataDir: string) => path.join(dataDir, "database-logins.json");

/** Returns the logins of this data folder's embedded PostgreSQL, or null if it was never started. */
function embeddedLogins(dataDir: string, port: number): EmbeddedLogins | null {
  if (!existsSync(fileIn(dataDir))) return null;
  const kept = JSON.parse(readFileSync(fileIn(dataDir), "utf8")) as { api: string; worker: string };
  const url = (user: string, password: string) => `postgres://${user}:${password}@127.0.0.1:${port}/smscrm`;
  return {
    DATABASE_API_URL: url("smscrm_api", kept.api),
    DATABASE_WORKER_URL: url("smscrm_worker", kept.worker),
  };
}

/**
 * Returns the logins of this data folder's embedded PostgreSQL. At the first start it creates random passwords, in a file
 * that only this user can read.
 */
export function ensureEmbeddedLogins(dataDir: string, port: number): EmbeddedLogins {
  if (!existsSync(fileIn(dataDir))) {
    mkdirSync(dataDir, { recursive: true });
    const password = () => randomBytes(24).toString("base64url");
    const unfinished = `${fileIn(dataDir)}.${process.pid}`;
    writeFileSync(unfinished, `${JSON.stringify({ api: password(), worker: password() })}\n`, {
      mode: 0o600,
    });
    renameSync(unfinished, fileIn(dataDir));
  }
  return embeddedLogins(dataDir, port)!;
}

/** The settings that decide which address a process connects to. */
export interface ProcessDatabase {
  DATABASE_API_URL?: string | undefined;
  DATABASE_WORKER_URL?: string | undefined;
  DATABASE_URL: string;
  DATA_DIR: string;
  EMBEDDED_POSTGRES_PORT: number;
}

/**
 * Returns the address that a process connects to: its own login if one is set or if the embedded database has one.
 */
export function processUrl(
  service: keyof EmbeddedLogins,
  env: ProcessDatabase,
  { isEmbedded }: { isEmbedded: boolean },
): string {
  const embedded = isEmbedded ? embeddedLogins(env.DATA_DIR, env.EMBEDDED_POSTGRES_PORT) : null;
  return env[service] ?? embedded?.[service] ?? env.DATABASE_URL;
}
