import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Slots } from "./send/slots.ts";
import type { Vitals } from "./upkeep.ts";

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

/** What Prometheus reads of a worker. One registry per worker, so that tests do not share counts. */
export function createWorkerMetrics(slots: Slots, vitals: Vitals) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
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
  gauge(
    "smscrm_worker_last_beat_seconds",
    "When this worker last reached database and queue, Unix time",
    () => (vitals.beatAt ? vitals.beatAt.getTime() / 1_000 : 0),
  );
  return {
    registry,
    notices: new Counter<"channel" | "outcome">({
      name: "smscrm_alert_notices_total",
      help: "Tries to tell somebody of an alert, by channel and outcome: told, put-off, refused",
      labelNames: ["channel", "outcome"],
      registers,
    }),
    loopFailures: new Counter<"loop">({
      name: "smscrm_loop_failures_total",
      help: "Rounds of a worker's loop that failed and are done again",
      labelNames: ["loop"],
      registers,
    }),
    databaseFailures: new Counter({
      name: "smscrm_database_failures_total",
      help: "Times that the database could not be reached",
      registers,
    }),
  };
}
