import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { isSecure } from "./cookies.ts";

/** One year, including all subdomains, as OWASP ASVS 5.0 (3.4.1) requires from level 2 on. */
const HSTS = "max-age=31536000; includeSubDomains";

/**
 * Headers for browsers on every answer, also on errors: only our own scripts run, no site may frame us, and nothing is
 * sent elsewhere. Styles are allowed inline because the chart library sets them.
 */
export function securityHeaders(publicUrl: string): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
    strictTransportSecurity: isSecure(publicUrl) ? HSTS : false,
    crossOriginOpenerPolicy: "same-origin",
  });
}

/**
 * The headers for the carrier, which gets thousands of answers a second: only those that matter where nothing is shown.
 */
export function machineHeaders(publicUrl: string): MiddlewareHandler {
  const headers: [string, string][] = [
    [
      "content-security-policy",
      "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    ],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "no-referrer"],
    ["cache-control", "no-store"],
    ...(isSecure(publicUrl) ? ([["strict-transport-security", HSTS]] satisfies [string, string][]) : []),
  ];
  return async (c, next) => {
    await next();
    for (const [name, value] of headers) c.res.headers.set(name, value);
  };
}

/** Answers are about people, so no browser or proxy may store one unless its route allows it. */
export const noStore: MiddlewareHandler = async (c, next) => {
  await next();
  const said = c.res.headers.get("cache-control");
  if (said === null) c.res.headers.set("cache-control", "no-store");
  // A stream's own header already forbids a proxy to compress it, which would delay it.
  else if (c.req.path.startsWith("/trpc/") && !said.includes("no-store"))
    c.res.headers.set("cache-control", `no-store${said.includes("no-transform") ? ", no-transform" : ""}`);
};
