import { generateKeyPairSync } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type AuditSigner, openAuditSigner } from "@smscrm/db/audit/head-signature";

export interface SigningKeySettings {
  AUDIT_SIGNING_KEY?: string | undefined;
  DATA_DIR: string;
  /** Whether the database is the embedded one, whose secrets are in the data folder. */
  isEmbedded: boolean;
}

/** Returns what signs the audit logs' ends; null without a key. With the embedded database the first start makes one. */
export function signerOf({
  AUDIT_SIGNING_KEY,
  DATA_DIR,
  isEmbedded,
}: SigningKeySettings): AuditSigner | null {
  if (AUDIT_SIGNING_KEY) return openAuditSigner(AUDIT_SIGNING_KEY);
  return isEmbedded ? openAuditSigner(ensureKey(DATA_DIR)) : null;
}

/** Only this user can read the file. Of two workers that start at once, both use the first one's key. */
function ensureKey(dataDir: string): string {
  const file = path.join(dataDir, "audit-signing-key.pem");
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(unfinished, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    try {
      linkSync(unfinished, file);
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    } finally {
      rmSync(unfinished);
    }
  }
  return readFileSync(file, "utf8");
}
