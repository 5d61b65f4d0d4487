import { type ServerType, serve } from "@hono/node-server";
import { mayInspect } from "@smscrm/core/process/inspection";
import { type Context, Hono } from "hono";
import type { TicketQueue } from "../dispatch/tickets.ts";
import type { AdaptiveConcurrency } from "../send/adaptive-concurrency.ts";
import { isWell, type Vitals } from "../upkeep.ts";
import type { WorkerMetrics } from "./metrics.ts";

export interface HealthParts {
  queue: TicketQueue;
  concurrency: AdaptiveConcurrency;
  vitals: Vitals;
  metrics: WorkerMetrics;
  carrier: "simulator" | "twilio";
  /** Lets a program on another machine, such as Prometheus, read what is meant for operators. */
  metricsToken?: string | undefined;
}

/** Returns the address of the connection's other end, as the HTTP server reports it. */
function remoteAddressOf(c: Context): string | null {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? null;
}

/**
 * Serves `GET /health` (503 if it can't reach its database or queue) and `GET /metrics`. Anyone may ask whether the worker is
 * well. The rest is for this machine, and for requests with the token.
 */
export function healthApp({ queue, concurrency, vitals, metrics, carrier, metricsToken }: HealthParts): Hono {
  const app = new Hono();
  const isInspection = (c: Context) =>
    mayInspect({ remoteAddress: remoteAddressOf(c), header: (name) => c.req.header(name) }, metricsToken);
  app.get("/health", (c) => {
    const alive = isWell(vitals);
    const status = alive ? "ok" : "unwell";
    if (!isInspection(c)) return c.json({ status }, alive ? 200 : 503);
    const body = {
      status,
      ...(alive
        ? {}
        : { why: "The database or the queue has not answered for 15 seconds; see the worker's log." }),
      carrier,
      queue: { mode: queue.mode, waiting: vitals.waiting, active: vitals.active },
      lagSeconds: Math.round(vitals.lagSeconds * 10) / 10,
      inboundLagSeconds: Math.round(vitals.inboundLagSeconds),
      requestsUnderWay: concurrency.underWay,
      requestsAllowed: concurrency.allowed,
      startedAt: vitals.startedAt,
      checkedAt: vitals.beatAt,
    };
    return c.json(body, alive ? 200 : 503);
  });
  app.get("/metrics", async (c) =>
    isInspection(c)
      ? c.text(await metrics.registry.metrics(), 200, { "Content-Type": metrics.registry.contentType })
      : c.text(NOT_FOR_YOU, 401, { "WWW-Authenticate": "Bearer" }),
  );
  return app;
}

const NOT_FOR_YOU =
  "Metrics are for operators: ask from this machine, or send the token of METRICS_TOKEN (Authorization: Bearer …).\n";

/** Listens on the port; rejects if that fails. */
export function listen(app: Hono, { host, port }: { host: string; port: number }): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, () => resolve(server));
    server.on("error", reject);
  });
}
