import { createHmac, timingSafeEqual } from "node:crypto";
import { TOKEN } from "@smscrm/db/users/secret-tokens";
import { FLOW_MINUTES } from "@smscrm/db/users/single-sign-on/flows";
import { cookieName, cookieValues, isSecure } from "../../http/cookies.ts";

/** A visit to a provider, and afterwards the account that is to be linked. Each has a cookie of its own. */
export type FlowCookie = "sso_flow" | "sso_link";

/** Returns the token in a request's cookie, or null. Two cookies of one name are refused, as for sessions. */
export function flowTokenOf(
  cookie: FlowCookie,
  cookies: string | null | undefined,
  publicUrl: string,
): string | null {
  const [token, ...more] = cookieValues(cookies, cookieName(cookie, publicUrl));
  return token !== undefined && more.length === 0 && TOKEN.test(token) ? token : null;
}

/**
 * Returns the Set-Cookie value that binds a flow to this browser, or with null ends it. `Lax`: the provider's page leads
 * back to us, and a browser sends no `Strict` cookie with that.
 */
export function flowCookie(cookie: FlowCookie, token: string | null, publicUrl: string): string {
  const secure = isSecure(publicUrl) ? "; Secure" : "";
  const age = token === null ? 0 : FLOW_MINUTES * 60;
  const site = cookie === "sso_flow" ? "Lax" : "Strict";
  return `${cookieName(cookie, publicUrl)}=${token ?? ""}; Path=/; HttpOnly; SameSite=${site}; Max-Age=${age}${secure}`;
}

/** What goes to the provider and has to come back. All of it follows from the cookie, so the server stores none of it. */
export interface FlowSecrets {
  state: string;
  nonce: string;
  codeVerifier: string;
}

export function flowSecretsOf(token: string): FlowSecrets {
  const of = (purpose: string) => createHmac("sha256", token).update(purpose).digest("base64url");
  return { state: of("state"), nonce: of("nonce"), codeVerifier: of("code verifier") };
}

/** Compares two texts in a time that does not depend on where they differ. */
export function isSame(given: string | null, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
