import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { createMinuteTally } from "./minute-tally.ts";

/** The metrics that Prometheus reads at /metrics. Each app has its own registry, so that tests do not share counts. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  const registers = [registry];
  return {
    registry,
    /** The results of the objectives. */
    tally: createMinuteTally(),
    databaseUp: new Gauge({
      name: "smscrm_database_up",
      help: "1 while this process reaches the database",
      registers,
    }),
    requestSeconds: new Histogram({
      name: "smscrm_http_request_duration_seconds",
      help: "Time to answer, by route pattern, method and status",
      labelNames: ["route", "method", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    webhooks: new Counter<"kind" | "outcome">({
      name: "smscrm_webhooks_total",
      help: "Webhook requests by kind (status, inbound) and outcome",
      labelNames: ["kind", "outcome"],
      registers,
    }),
    forged: new Counter<"kind">({
      name: "smscrm_webhooks_forged_total",
      help: "Webhook requests with an invalid signature",
      labelNames: ["kind"],
      registers,
    }),
    webhookBatch: new Histogram({
      name: "smscrm_webhook_batch_events",
      help: "Status callbacks committed together",
      buckets: [1, 2, 5, 10, 20, 50, 100, 200],
      registers,
    }),
    spooled: new Counter<"kind">({
      name: "smscrm_webhooks_spooled_total",
      help: "Webhooks kept on the disk because the database did not take them, by kind",
      labelNames: ["kind"],
      registers,
    }),
    spoolBytes: new Gauge({
      name: "smscrm_webhook_spool_bytes",
      help: "What waits on the disk for the database's return",
      registers,
    }),
    replayed: new Counter<"outcome">({
      name: "smscrm_webhooks_replayed_total",
      help: "Webhooks that came back from the disk: stored, refused by the database, or torn (never answered)",
      labelNames: ["outcome"],
      registers,
    }),
    signIns: new Counter<"outcome">({
      name: "smscrm_sign_ins_total",
      help: "Sign-in attempts by outcome: ok, wrong, throttled, pending (the second factor is missing)",
      labelNames: ["outcome"],
      registers,
    }),
    liveStreams: new Gauge({
      name: "smscrm_live_streams",
      help: "Open live subscriptions",
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
