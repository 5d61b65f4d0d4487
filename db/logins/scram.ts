import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** PostgreSQL's own default. */
const ITERATIONS = 4096;

/**
 * Returns PostgreSQL's hash of a password (RFC 5803, as in `pg_authid.rolpassword`). It is sent instead of the
 * password, so that the password never appears in a statement or in the server's log. ASCII only: other text would
 * need normalisation (SASLprep).
 */
export function scramVerifier(password: string, salt: Uint8Array = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(keyed("Client Key")).digest("base64");
  const salt64 = Buffer.from(salt).toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt64}$${storedKey}:${keyed("Server Key").toString("base64")}`;
}
