import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import type { WorkerMetrics } from "./metrics.ts";
import type { TicketQueue } from "./queue/tickets.ts";
import type { Slots } from "./send/slots.ts";
import { isWell, type Vitals } from "./upkeep.ts";

export interface HealthParts {
  queue: TicketQueue;
  slots: Slots;
  vitals: Vitals;
  metrics: WorkerMetrics;
  carrier: "simulator" | "twilio";
}

/** `GET /health` (503 when it can't reach its database or queue) and `GET /metrics`. */
export function healthApp({ queue, slots, vitals, metrics, carrier }: HealthParts): Hono {
  const app = new Hono();
  app.get("/health", (c) => {
    const alive = isWell(vitals);
    const body = {
      status: alive ? "ok" : "unwell",
      ...(alive
        ? {}
        : { why: "The database or the queue has not answered for 15 seconds; see the worker's log." }),
      carrier,
      queue: { mode: queue.mode, waiting: vitals.waiting, active: vitals.active },
      lagSeconds: Math.round(vitals.lagSeconds * 10) / 10,
      inboundLagSeconds: Math.round(vitals.inboundLagSeconds),
      requestsUnderWay: slots.underWay,
      requestsAllowed: slots.allowed,
      startedAt: vitals.startedAt,
      checkedAt: vitals.beatAt,
    };
    return c.json(body, alive ? 200 : 503);
  });
  app.get("/metrics", async (c) =>
    c.text(await metrics.registry.metrics(), 200, { "Content-Type": metrics.registry.contentType }),
  );
  return app;
}

/** Listens there; rejects when it can't. */
export function listen(app: Hono, { host, port }: { host: string; port: number }): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, () => resolve(server));
    server.on("error", reject);
  });
}
