import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SecretsKeys } from "./sealed-secret.ts";

export interface SecretsKeySettings {
  SECRETS_KEY?: Uint8Array | undefined;
  SECRETS_KEY_PREVIOUS?: Uint8Array | undefined;
  DATA_DIR: string;
  /** Whether the database is the embedded one, whose secrets are in the data folder. */
  isEmbedded: boolean;
}

/** Returns the keys for secrets in the database; null without one. With the embedded database the first start makes one. */
export function secretsKeysOf(settings: SecretsKeySettings): SecretsKeys | null {
  const { SECRETS_KEY: given, SECRETS_KEY_PREVIOUS: previous = null, DATA_DIR, isEmbedded } = settings;
  if (given) return { current: given, previous };
  return isEmbedded ? { current: ensureKey(DATA_DIR), previous } : null;
}

/** Only this user can read the file. Of two processes that start at once, both use the first one's key. */
function ensureKey(dataDir: string): Uint8Array {
  const file = path.join(dataDir, "secrets-key");
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, randomBytes(32).toString("hex"), { mode: 0o600 });
    try {
      linkSync(unfinished, file);
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    } finally {
      rmSync(unfinished);
    }
  }
  return Buffer.from(readFileSync(file, "utf8"), "hex");
}
