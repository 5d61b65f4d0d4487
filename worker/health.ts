import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { TicketQueue } from "./queue/tickets.ts";
import type { Slots } from "./send/slots.ts";
import type { Vitals } from "./upkeep.ts";

/** A worker that has not reached database and queue for this long is not well. */
const SILENT_MS = 15_000;

export interface HealthParts {
  queue: TicketQueue;
  slots: Slots;
  vitals: Vitals;
  carrier: "simulator" | "twilio";
}

/** `GET /health` (503 when it can't reach its database or queue) and `GET /metrics`. */
export function healthApp({ queue, slots, vitals, carrier }: HealthParts): Hono {
  const metrics = metricsOf(slots, vitals);
  const app = new Hono();
  app.get("/health", (c) => {
    const alive = vitals.beatAt !== null && Date.now() - vitals.beatAt.getTime() < SILENT_MS;
    const body = {
      status: alive ? "ok" : "unwell",
      ...(alive
        ? {}
        : { why: "The database or the queue has not answered for 15 seconds; see the worker's log." }),
      carrier,
      queue: { mode: queue.mode, waiting: vitals.waiting, active: vitals.active },
      lagSeconds: Math.round(vitals.lagSeconds * 10) / 10,
      requestsUnderWay: slots.taken,
      requestsAllowed: slots.allowed,
      startedAt: vitals.startedAt,
      checkedAt: vitals.beatAt,
    };
    return c.json(body, alive ? 200 : 503);
  });
  app.get("/metrics", async (c) =>
    c.text(await metrics.metrics(), 200, { "Content-Type": metrics.contentType }),
  );
  return app;
}

function metricsOf(slots: Slots, vitals: Vitals): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge("smscrm_queue_waiting", "Tickets that wait on the queue", () => vitals.waiting);
  gauge("smscrm_queue_active", "Tickets in hand", () => vitals.active);
  gauge(
    "smscrm_dispatch_lag_seconds",
    "How long the oldest due message has been waiting",
    () => vitals.lagSeconds,
  );
  gauge(
    "smscrm_carrier_requests_under_way",
    "Requests to the carrier under way in this worker",
    () => slots.taken,
  );
  return registry;
}

/** Listens there; rejects when it can't. */
export function listen(app: Hono, { host, port }: { host: string; port: number }): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, () => resolve(server));
    server.on("error", reject);
  });
}
