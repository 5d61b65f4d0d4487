import { randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Dependencies } from "../dependencies.ts";

export type RequestVariables = { Variables: { requestId: string } };

/** Requests that are too frequent to log or of no interest. They are still counted. */
const QUIET = /^\/(health|ready|metrics|webhooks|assets)/;

/**
 * Writes one line and one measurement per request. They have its pattern, never its address, which contains ids and
 * search words.
 */
export function requestLog({
  log,
  metrics,
}: Pick<Dependencies, "log" | "metrics">): MiddlewareHandler<RequestVariables> {
  return async (c, next) => {
    const requestId = randomBytes(4).toString("hex");
    c.set("requestId", requestId);
    const startedMs = performance.now();
    await next();
    c.header("x-request-id", requestId);
    const ms = performance.now() - startedMs;
    const { method, path } = c.req;
    const { status } = c.res;
    const route = routeOf(path, routePath(c));
    metrics.tally.observe(path, status, ms);
    metrics.requestSeconds.observe({ route, method, status }, ms / 1_000);
    const line = { requestId, method, route, status, ms: Math.round(ms * 10) / 10 };
    if (QUIET.test(path)) log.debug(line, "request");
    else if (status >= 500) log.error(line, "request");
    else log.info(line, "request");
  };
}

/** For a tRPC batch, the name of the first procedure: a list of names would create a time series per page. */
function routeOf(path: string, pattern: string): string {
  const procedure = /^\/trpc\/([a-zA-Z]+\.[a-zA-Z]+)(,|$)/.exec(path);
  return procedure ? `/trpc/${procedure[1]}` : pattern;
}
