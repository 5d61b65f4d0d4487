import { randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Dependencies } from "../dependencies.ts";

export type RequestVariables = { Variables: { requestId: string } };

/** Requests that are too frequent to log or of no interest. They are still counted. */
const QUIET = /^\/(health|ready|metrics|webhooks|assets)/;

/** How many refused or dropped requests are logged one by one in a second. The others are counted in one line. */
const REFUSED_PER_SECOND = 10;

/**
 * Logs refused and dropped requests (status 4xx). A flood of them must neither fill the disk nor take the processor's time
 * from other tenants.
 */
function createRefusalLog(log: Dependencies["log"]): (line: { status: number }) => void {
  let logged = 0;
  let unlogged: Record<string, number> = {};
  let isCounting = false;
  const endOfSecond = () => {
    isCounting = false;
    logged = 0;
    if (Object.keys(unlogged).length === 0) return;
    log.info({ unlogged }, "more requests were refused or dropped than are logged one by one; by status");
    unlogged = {};
  };
  return (line) => {
    if (!isCounting) setTimeout(endOfSecond, 1_000).unref();
    isCounting = true;
    logged += 1;
    if (logged <= REFUSED_PER_SECOND) log.info(line, "request");
    else unlogged[line.status] = (unlogged[line.status] ?? 0) + 1;
  };
}

/**
 * Writes one line and one measurement per request, see also `createRefusalLog`. They have its pattern, never its address, which contains ids and
 * search words.
 */
export function requestLog({
  log,
  metrics,
}: Pick<Dependencies, "log" | "metrics">): MiddlewareHandler<RequestVariables> {
  const logRefusal = createRefusalLog(log);
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
    else if (status >= 400) logRefusal(line);
    else log.info(line, "request");
  };
}

/** For a tRPC batch, the name of the first procedure: a list of names would create a time series per page. */
function routeOf(path: string, pattern: string): string {
  const procedure = /^\/trpc\/([a-zA-Z]+\.[a-zA-Z]+)(,|$)/.exec(path);
  return procedure ? `/trpc/${procedure[1]}` : pattern;
}
