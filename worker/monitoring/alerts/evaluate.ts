import { evaluateAlerts } from "@smscrm/db/monitoring/alerts";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { Loop } from "../../loop.ts";

const INTERVAL_MS = 10_000;
/** Evaluation takes at most this share of a worker's time, however much there is to measure. */
const SHARE_MAX = 0.05;

/** Evaluates the alert rules. Every worker tries; the first one does it for all. */
export function evaluateLoop(pipeline: Pipeline): Loop {
  return {
    name: "alerts",
    run: async () => {
      const before = performance.now();
      await evaluateAlerts(pipeline);
      return Math.max(INTERVAL_MS, (performance.now() - before) / SHARE_MAX);
    },
  };
}
