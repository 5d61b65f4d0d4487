import { createHash, randomBytes } from "node:crypto";
import { ABSOLUTE_DAYS } from "@smscrm/db/sessions";

const COOKIE = "session_id";
/** 32 bytes in base64url. */
const TOKEN = /^[\w-]{43}$/;

/** 256 random bits: nothing to guess, so nothing to throttle. */
export function newSessionToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept at rest. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** The token in a request's cookies, or null where there is none of the right shape. */
export function sessionTokenOf(headers: Headers): string | null {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const [name, value = ""] = part.trim().split("=", 2);
    if (name === COOKIE && TOKEN.test(value)) return value;
  }
  return null;
}

/** The Set-Cookie value that begins a session, or with null ends it. `Secure` where the product is served over https. */
export function sessionCookie(token: string | null, publicUrl: string): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  const age = token === null ? 0 : ABSOLUTE_DAYS * 86_400;
  return `${COOKIE}=${token ?? ""}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${age}${secure}`;
}
