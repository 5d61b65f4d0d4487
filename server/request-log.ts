import { randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Dependencies } from "./dependencies.ts";

export type RequestVariables = { Variables: { requestId: string } };

/** Too many to log one by one, or of no interest; they are counted all the same. */
const QUIET = /^\/(health|ready|metrics|webhooks|assets)/;

/** One line and one measurement per request: its pattern, never its address, which holds ids and search words. */
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

/** For tRPC the first procedure's name: a list of names would make a time series of every page. */
function routeOf(path: string, pattern: string): string {
  const procedure = /^\/trpc\/([a-zA-Z]+\.[a-zA-Z]+)(,|$)/.exec(path);
  return procedure ? `/trpc/${procedure[1]}` : pattern;
}
