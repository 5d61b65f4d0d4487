import { TOKEN } from "@smscrm/db/users/secret-tokens";
import { ABSOLUTE_DAYS } from "@smscrm/db/users/sessions";
import { cookieName, cookieValues, isSecure } from "../http/cookies.ts";

export { hashToken } from "@smscrm/db/users/secret-tokens";

const COOKIE = "session_id";

/**
 * Returns the session token from a request's cookies, or null if none has the right form. Over https only the cookie
 * with the prefix counts: another site of the same domain can set the plain one, but browsers do not let it set the
 * other. If two cookies have the name, both are refused, because it is unclear whose they are.
 */
export function sessionTokenOf(headers: Headers, publicUrl: string): string | null {
  return onlyToken(headers, cookieName(COOKIE, publicUrl));
}

/**
 * Like `sessionTokenOf`, for a program that an operator runs on the server itself. It may name the cookie `session_id`,
 * as the runbook writes it, if there is none with the prefix.
 */
export function programTokenOf(headers: Headers, publicUrl: string): string | null {
  const named = cookieValues(headers.get("cookie"), cookieName(COOKIE, publicUrl));
  return named.length > 0 ? sessionTokenOf(headers, publicUrl) : onlyToken(headers, COOKIE);
}

function onlyToken(headers: Headers, name: string): string | null {
  const [token, ...more] = cookieValues(headers.get("cookie"), name);
  return token !== undefined && more.length === 0 && TOKEN.test(token) ? token : null;
}

/**
 * Returns the Set-Cookie value that starts a session, or ends it if `token` is null. It is `Secure` if the product is
 * served over https.
 */
export function sessionCookie(token: string | null, publicUrl: string): string {
  const secure = isSecure(publicUrl) ? "; Secure" : "";
  const age = token === null ? 0 : ABSOLUTE_DAYS * 86_400;
  const name = cookieName(COOKIE, publicUrl);
  return `${name}=${token ?? ""}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${age}${secure}`;
}
