/**
 * Whether a changing request came from our own page or from a program. Browsers send Sec-Fetch-Site or Origin with
 * every such request; scripts send neither, and have no cookies of a person. Behind a development proxy a page has
 * another port than PUBLIC_URL, but its own origin is still the host that it asks.
 */
export function isSameOrigin(headers: Headers, publicUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = headers.get("origin");
  if (origin === null) return true;
  // A sandboxed page sends "null", which is nobody's origin.
  if (!URL.canParse(origin)) return false;
  return origin === new URL(publicUrl).origin || new URL(origin).host === headers.get("host");
}

export const FROM_ANOTHER_SITE =
  "This request came from another site. Open the dashboard itself and try again.";
