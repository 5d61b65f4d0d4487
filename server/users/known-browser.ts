import { createHash } from "node:crypto";
import { KNOWN_BROWSER_DAYS } from "@smscrm/db/users/known-browsers";
import { TOKEN } from "@smscrm/db/users/secret-tokens";
import { cookieName, cookiesOf, isSecure } from "../http/cookies.ts";

/** Each account has its own cookie, so that two people who share a browser both stay known. */
const PREFIX = "known_browser_";
/** The most tokens that are looked up for one request. */
const TOKENS_MAX = 8;

/** Returns the tokens in a request's cookies that may belong to known browsers. */
export function browserTokensOf(cookies: string | undefined, publicUrl: string): string[] {
  const prefix = cookieName(PREFIX, publicUrl);
  return cookiesOf(cookies)
    .filter(({ name, value }) => name.startsWith(prefix) && TOKEN.test(value))
    .map(({ value }) => value)
    .slice(0, TOKENS_MAX);
}

/**
 * Returns the Set-Cookie value that makes this browser known. It does not sign anyone in: a password is still needed.
 */
export function browserCookie(userId: string, token: string, publicUrl: string): string {
  const account = createHash("sha256").update(userId).digest("hex").slice(0, 12);
  const secure = isSecure(publicUrl) ? "; Secure" : "";
  const age = KNOWN_BROWSER_DAYS * 86_400;
  const name = cookieName(`${PREFIX}${account}`, publicUrl);
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`;
}
