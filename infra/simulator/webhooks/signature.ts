import { createHmac } from "node:crypto";

/**
 * Returns the X-Twilio-Signature of a form POST: base64 HMAC-SHA1, keyed with the Auth Token, over the URL followed
 * by every parameter's name and value in code-unit order. Source: Twilio's "Security" guide; tested with its
 * published vectors.
 */
export function signatureOf(
  authToken: string,
  url: string,
  params: Record<string, string | string[]>,
): string {
  let text = url;
  for (const name of Object.keys(params).sort()) {
    const value = params[name]!;
    if (typeof value === "string") text += name + value;
    else for (const one of [...new Set(value)].sort()) text += name + one;
  }
  return createHmac("sha1", authToken).update(text, "utf8").digest("base64");
}

/** Returns the URL that is signed for an SMS webhook: without fragment and `user:pass@`, with the port. */
export function signedUrl(url: string): string {
  const withoutFragment = url.split("#", 1)[0]!;
  return withoutFragment.replace(/^(https?:\/\/)[^/?@]*@/i, "$1");
}
