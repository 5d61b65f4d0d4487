import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { AdaptiveConcurrency } from "../send/adaptive-concurrency.ts";
import { isWell, type Vitals } from "../upkeep.ts";

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

/** A worker's metrics for Prometheus. Each worker has its own registry, so that tests do not share counts. */
export function createWorkerMetrics(concurrency: AdaptiveConcurrency, vitals: Vitals) {
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
  gauge("smscrm_queue_active", "Tickets being processed", () => vitals.active);
  gauge(
    "smscrm_dispatch_lag_seconds",
    "How long the oldest due message has been waiting",
    () => vitals.lagSeconds,
  );
  gauge(
    "smscrm_inbound_reconcile_lag_seconds",
    "How long ago people's texts were last compared with the carrier's, for the number that is furthest behind",
    () => vitals.inboundLagSeconds,
  );
  gauge(
    "smscrm_carrier_requests_under_way",
    "Requests to the carrier under way in this worker",
    () => concurrency.underWay,
  );
  gauge(
    "smscrm_worker_last_beat_seconds",
    "When this worker last reached database and queue, Unix time",
    () => (vitals.beatAt ? vitals.beatAt.getTime() / 1_000 : 0),
  );
  gauge("smscrm_database_up", "1 while this process reaches the database", () => (isWell(vitals) ? 1 : 0));
  const perObjective = (name: string, help: string) =>
    new Gauge<"objective">({ name, help, labelNames: ["objective"], registers });
  return {
    registry,
    alertsOpen: new Gauge<"severity">({
      name: "smscrm_alerts_open",
      help: "Alerts that are open, by severity",
      labelNames: ["severity"],
      registers,
    }),
    objectiveShare: perObjective(
      "smscrm_objective_good_ratio",
      "Share of good events over the days that the objective looks back",
    ),
    objectiveTarget: perObjective("smscrm_objective_target_ratio", "Share of good events that is promised"),
    objectiveBudget: perObjective(
      "smscrm_objective_error_budget_remaining_ratio",
      "The share of the error budget that is left: 1 is all, 0 is none, below 0 is overspent",
    ),
    recoveryPointHours: new Gauge({
      name: "smscrm_recovery_point_hours",
      help: "Age of the newest backup: with the database, later work would be lost",
      registers,
    }),
    notices: new Counter<"channel" | "outcome">({
      name: "smscrm_alert_notices_total",
      help: "Notifications of alerts, by channel and outcome: told (sent), put-off (will be retried), refused",
      labelNames: ["channel", "outcome"],
      registers,
    }),
    loopFailures: new Counter<"loop">({
      name: "smscrm_loop_failures_total",
      help: "Rounds of a worker's loop that failed and are retried",
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
