import { z } from "zod";
import { isPublicShortener } from "../campaigns/link-shorteners.ts";

/** A name of the DNS, as browsers write it. An address by number is none. */
const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/;

const parsed = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

/** Returns a host as browsers write it, in small letters and Punycode; null if it is none. */
function hostOf(text: string): string | null {
  const url = parsed(`https://${text}`);
  return url &&
    url.pathname === "/" &&
    url.host === url.hostname &&
    !/[/?#@:\\]/.test(text) &&
    HOST.test(url.hostname)
    ? url.hostname
    : null;
}

/** The most hosts that an organisation may link to. */
export const HOSTS_MAX = 50;

/**
 * A host that short links may lead to. `shop.example.com` is that host alone; `*.example.com` is every host below it, and not
 * itself.
 */
export const allowedHost = z
  .string()
  .trim()
  .max(253)
  .transform((text, context) => {
    const below = text.startsWith("*.");
    const host = hostOf(below ? text.slice(2) : text);
    if (host !== null && !isPublicShortener(host)) return below ? `*.${host}` : host;
    context.addIssue({
      code: "custom",
      message:
        host === null
          ? "Enter a host such as shop.example.com, or *.example.com for every host below it."
          : `${host} leads wherever anybody likes: allow the host that your links lead to in the end.`,
    });
    return z.NEVER;
  });

/** Returns a destination as browsers write it; null if the text is no https address of a named host. */
export function destinationOf(written: string): string | null {
  const url = parsed(written);
  const isPlain = url?.protocol === "https:" && !url.username && !url.password && !url.port;
  return isPlain && HOST.test(url.hostname) ? url.href : null;
}

/** Whether an organisation's list has the host of a destination. */
export function isAllowed(destination: string, allowedHosts: readonly string[]): boolean {
  const { hostname } = new URL(destination);
  return allowedHosts.some((host) =>
    host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host,
  );
}

/** Returns why a link can't be shortened, or null. */
export function destinationFault(written: string, allowedHosts: readonly string[] | null): string | null {
  const destination = destinationOf(written);
  if (destination === null)
    return `“${written}” can't be a short link: write https:// and a host such as shop.example.com, without a port or a password.`;
  if (allowedHosts === null || isAllowed(destination, allowedHosts)) return null;
  const { hostname } = new URL(destination);
  return `Short links may not lead to ${hostname}: an admin can allow it under Settings → Short links. Or turn short links off for this campaign.`;
}
