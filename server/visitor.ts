import type { Context } from "hono";
import type { Visitor } from "./auth/sign-in.ts";

const PRIVATE = /^(::ffff:)?(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i;

/** What the runtime's own server says about the connection; set by `listen`. */
export type ConnectionBindings = { remoteAddress?: string | null };

/**
 * Who is at the other end. A reverse proxy stands on a private address and names its caller last in
 * X-Forwarded-For; what a caller writes into that header itself stands before, and is not believed.
 */
export function visitorOf(c: Context): Visitor {
  const connection = (c.env as ConnectionBindings | undefined)?.remoteAddress ?? "unknown";
  const forwarded = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim();
  const address = forwarded && PRIVATE.test(connection) ? forwarded : connection;
  const userAgent = c.req.header("user-agent")?.slice(0, 300) ?? null;
  return { address: address.slice(0, 64), userAgent };
}
