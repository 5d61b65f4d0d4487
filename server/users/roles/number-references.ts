import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { maskPhone } from "@smscrm/core/contacts/masked-phone";

/**
 * A masked number with a reference that only the server can read: +614••••••06#…. It stands where a page needs the number
 * to ask for the next thing, such as a reply. The same number has the same reference within a tenant, so lists and
 * caches can compare it.
 */
const REFERENCE = /\+\d*•[\d•]*#([\w-]+)/g;
/** A number in E.164, anywhere in a text. */
const E164 = /\+[1-9]\d{6,14}/g;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The references of a tenant: `put` replaces numbers in E.164 by them, `read` puts the numbers back. */
export function numberReferences(key: Uint8Array) {
  let derived: Keys | undefined;
  const keys = () => {
    derived ??= keysOf(key);
    return derived;
  };
  return {
    put: (text: string): string =>
      text.replace(E164, (phone) => `${maskPhone(phone)}#${sealed(phone, keys())}`),
    /** One of another tenant, or an invented one, stays as it is. */
    read: (text: string): string =>
      text.includes("#")
        ? text.replace(REFERENCE, (whole, reference: string) => opened(reference, keys()) ?? whole)
        : text,
  };
}

/** Whether a text holds a number in E.164 itself. */
export const holdsNumber = (text: string): boolean => /\+[1-9]\d{6,14}/.test(text);

/**
 * AES-256-GCM. The nonce is an HMAC of the number: the same number always has the same reference, and no
 * nonce serves two numbers: a pair would share one by a chance of 1 in 2^96.
 */
function sealed(phone: string, keys: Keys): string {
  const nonce = createHmac("sha256", keys.nonce).update(phone).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys.cipher, nonce);
  const body = Buffer.concat([cipher.update(phone, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

function opened(reference: string, { cipher }: Keys): string | null {
  const bytes = Buffer.from(reference, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv("aes-256-gcm", cipher, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

interface Keys {
  cipher: Buffer;
  nonce: Buffer;
}

/** Two keys, so that what makes nonces never encrypts. */
function keysOf(key: Uint8Array): Keys {
  const derived = (purpose: string) => createHmac("sha256", key).update(purpose).digest();
  return { cipher: derived("cipher"), nonce: derived("nonce") };
}
