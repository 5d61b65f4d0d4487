/** What a person reads a link on, as far as a browser says it. */
export type Device = "phone" | "tablet" | "computer" | "other";

/** Returns the kind of device of a browser. An iPad says that it is a Mac, so it counts as a computer. */
export function deviceOf(userAgent: string): Device {
  if (/\bipad\b|\btablet\b|\bandroid\b(?!.*\bmobile\b)/i.test(userAgent)) return "tablet";
  if (/\biphone\b|\bipod\b|\bmobile\b/i.test(userAgent)) return "phone";
  return /\bwindows nt\b|\bmacintosh\b|\bx11\b|\bcros\b/i.test(userAgent) ? "computer" : "other";
}

/** What of a request says whether a person made it. */
interface Visit {
  method: string;
  userAgent: string | null;
  header: (name: string) => string | undefined;
}

/**
 * Programs that fetch a link to preview or to scan it, besides those that a common list of bots knows. Sources:
 * - iMessage: the sender's and the recipient's phone fetch it as `facebookexternalhit/1.1 Facebot Twitterbot/1.0`
 * - WhatsApp: developers.facebook.com, "WhatsApp/2.x" · Slack: docs.slack.dev, "Slackbot-LinkExpanding", "Slack-ImgProxy"
 * - Google: developers.google.com, "Google-Read-Aloud", "Google-Safety", "GoogleMessages", "GoogleOther"
 * - Microsoft: "SkypeUriPreview", "BingPreview", and Safe Links, which says nothing but its own host
 * - Scanners of links: Proofpoint, Mimecast, Barracuda, Cisco, Trend Micro, Symantec, Zscaler, urlscan.io, VirusTotal
 */
const FETCHERS =
  /facebookexternalhit|facebot|twitterbot|meta-external|^whatsapp\/|slackbot|slack-imgproxy|telegrambot|discordbot|linkedinbot|^viber|skypeuripreview|bingpreview|googlemessages|google-(?:safety|read-aloud)|googleother|iframely|embedly|proofpoint|mimecast|barracuda|ironport|trend ?micro|symantec|messagelabs|zscaler|urlscan|virustotal|headlesschrome|^(?:curl|wget|python|okhttp|go-http|java|axios|node|undici|libwww)/i;

/**
 * Whether a request is a person's click. A request that says it is a preview, that asks for the head only, or that comes from a
 * program is none. Fetch standard: `Sec-Purpose: prefetch`; Firefox: `X-Moz`; older browsers: `Purpose`, `X-Purpose`.
 */
export function isClick({ method, userAgent, header }: Visit): boolean {
  if (method !== "GET" || !userAgent || FETCHERS.test(userAgent)) return false;
  const purposes = ["sec-purpose", "purpose", "x-purpose", "x-moz"].map((name) => header(name) ?? "");
  if (purposes.some((purpose) => /prefetch|prerender|preview/i.test(purpose))) return false;
  // A browser that opens a page says so; an image or a script that asks is no click.
  const destination = header("sec-fetch-dest");
  return destination === undefined || destination === "document" || destination === "empty";
}
