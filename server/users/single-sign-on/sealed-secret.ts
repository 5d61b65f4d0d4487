import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { SealedValue } from "@smscrm/db/users/single-sign-on/connections";

/** The installation's keys for secrets in the database (SECRETS_KEY): the present one, and the one before. */
export interface SecretsKeys {
  current: Uint8Array;
  previous: Uint8Array | null;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Returns the id that stands beside each value: part of the key's SHA-256, which says nothing about the key. */
const secretsKeyId = (key: Uint8Array): string =>
  createHash("sha256").update("smscrm secrets key").update(key).digest("hex").slice(0, 16);

/** Encrypts a value. `about` names what it belongs to: moved to another row, it can't be decrypted. */
export function seal(keys: SecretsKeys, about: string, plain: string): SealedValue {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys.current, iv);
  cipher.setAAD(Buffer.from(about));
  const encrypted = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return { value: Buffer.concat([iv, cipher.getAuthTag(), encrypted]), keyId: secretsKeyId(keys.current) };
}

/** Decrypts a value. Throws a sentence for the operator if no key fits, or the value was changed or moved. */
export function unseal(keys: SecretsKeys | null, about: string, { value, keyId }: SealedValue): string {
  const key = [keys?.current, keys?.previous].find((each) => each && secretsKeyId(each) === keyId);
  if (!key) {
    throw new Error(
      `A secret in the database (${about}) was encrypted with the key ${keyId}. Set it as SECRETS_KEY or SECRETS_KEY_PREVIOUS, or enter the secret again.`,
    );
  }
  const bytes = Buffer.from(value);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const plain = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
    return Buffer.concat(plain).toString("utf8");
  } catch {
    throw new Error(`A secret in the database (${about}) was changed or moved. Enter it again.`);
  }
}

/** Whether a value should be encrypted again, because its key was replaced. */
export const isStale = (keys: SecretsKeys, { keyId }: SealedValue) => secretsKeyId(keys.current) !== keyId;
