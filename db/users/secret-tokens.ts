import { createHash, randomBytes } from "node:crypto";

/** 32 bytes in base64url. */
export const TOKEN = /^[\w-]{43}$/;

/** Returns 256 random bits. Nobody can guess them, so look-ups need no throttle. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Returns the form in which a token is stored. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/**
 * Returns the address of an invitation link. The token is after the #: browsers never send that part to a server, so no
 * log and no referrer contains it.
 */
export const joinAddress = (publicUrl: string, token: string) => `${publicUrl}/join#${token}`;
export const resetAddress = (publicUrl: string, token: string) => `${publicUrl}/reset#${token}`;
