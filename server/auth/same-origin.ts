/**
 * Whether a request that changes something came from our own page, or from a program. Browsers send Sec-Fetch-Site
 * or Origin with every such request; scripts send neither and carry no stray cookies. A page reached through a
 * development proxy has another port than PUBLIC_URL, but its own origin is still the one it asks.
 */
export function isSameOrigin(headers: Headers, publicUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = headers.get("origin");
  if (origin === null) return true;
  // "null" is what a sandboxed page calls itself: nobody's own.
  if (!URL.canParse(origin)) return false;
  return origin === new URL(publicUrl).origin || new URL(origin).host === headers.get("host");
}
