import { judgeAlerts } from "@smscrm/db/alerts";
import type { Pipeline } from "@smscrm/db/connection";
import type { Loop } from "../loop.ts";

const JUDGE_MS = 10_000;
/** Judging takes at most this share of a worker's time, however much there is to measure. */
const MOST_SHARE = 0.05;

/** Judges the alert rules. Every worker tries; the one that comes first does it for all. */
export function judgeLoop(pipeline: Pipeline): Loop {
  return {
    name: "alerts",
    run: async () => {
      const before = performance.now();
      await judgeAlerts(pipeline);
      return Math.max(JUDGE_MS, (performance.now() - before) / MOST_SHARE);
    },
  };
}
