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

/** Replaces each number in E.164 by its mask with a reference. */
export function withReferences(text: string, key: Uint8Array): string {
  return text.replace(E164, (phone) => `${maskPhone(phone)}#${sealed(phone, key)}`);
}

/** Replaces each reference by its number. One of another tenant, or an invented one, stays as it is. */
export function withoutReferences(text: string, key: Uint8Array): string {
  if (!text.includes("#")) return text;
  return text.replace(REFERENCE, (whole, reference: string) => opened(reference, key) ?? whole);
}

/** Whether a text holds a number in E.164 itself. */
export const holdsNumber = (text: string): boolean => /\+[1-9]\d{6,14}/.test(text);

/**
 * AES-256-GCM. The nonce is an HMAC of the number: the same number always has the same reference, and two numbers never
 * share a nonce (but with a chance of 1 in 2^96).
 */
function sealed(phone: string, key: Uint8Array): string {
  const keys = keysOf(key);
  const nonce = createHmac("sha256", keys.nonce).update(phone).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys.cipher, nonce);
  const body = Buffer.concat([cipher.update(phone, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

function opened(reference: string, key: Uint8Array): string | null {
  const bytes = Buffer.from(reference, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv("aes-256-gcm", keysOf(key).cipher, bytes.subarray(0, NONCE_BYTES), {
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

/** Two keys, so that what makes nonces never encrypts. */
function keysOf(key: Uint8Array): { cipher: Buffer; nonce: Buffer } {
  const derived = (purpose: string) => createHmac("sha256", key).update(purpose).digest();
  return { cipher: derived("cipher"), nonce: derived("nonce") };
}
