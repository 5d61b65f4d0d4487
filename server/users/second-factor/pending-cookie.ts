import { PENDING_MINUTES } from "@smscrm/db/users/pending-sign-ins";
import { TOKEN } from "@smscrm/db/users/secret-tokens";
import { cookieName, cookieValues, isSecure } from "../../http/cookies.ts";

const COOKIE = "pending_sign_in";

/** The token of a sign-in that waits for its second factor, or null. Two cookies of one name are refused, as for sessions. */
export function pendingTokenOf(cookies: string | null | undefined, publicUrl: string): string | null {
  const [token, ...more] = cookieValues(cookies, cookieName(COOKIE, publicUrl));
  return token !== undefined && more.length === 0 && TOKEN.test(token) ? token : null;
}

/** The Set-Cookie value that keeps a pending sign-in, or with null ends it. */
export function pendingCookie(token: string | null, publicUrl: string): string {
  const secure = isSecure(publicUrl) ? "; Secure" : "";
  const age = token === null ? 0 : PENDING_MINUTES * 60;
  const name = cookieName(COOKIE, publicUrl);
  return `${name}=${token ?? ""}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`;
}
