import { OBJECTIVE_NAMES, OBJECTIVES } from "@smscrm/core/alerts/objectives";
import { countAlertsBySeverity } from "@smscrm/db/monitoring/alerts";
import { readObjectives, readRecoveryPointHours, rollUpObjectives } from "@smscrm/db/monitoring/objectives";
import { foldSendMinutes } from "@smscrm/db/monitoring/send-minutes";
import { recordServiceMinute } from "@smscrm/db/monitoring/service-minutes";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { Loop } from "../loop.ts";
import type { Vitals } from "../upkeep.ts";
import type { WorkerMetrics } from "./metrics.ts";

const OBJECTIVES_MS = 30_000;

/** Adds past minutes to their days, deletes old ones, and sets the metrics of the objectives. */
export function objectivesLoop(pipeline: Pipeline, metrics: WorkerMetrics): Loop {
  return {
    name: "objectives",
    run: async () => {
      await rollUpObjectives(pipeline);
      await foldSendMinutes(pipeline);
      const status = await readObjectives(pipeline);
      for (const objective of OBJECTIVE_NAMES) {
        const { share, budgetLeft } = status[objective];
        metrics.objectiveTarget.set({ objective }, OBJECTIVES[objective].target);
        if (share === null || budgetLeft === null) continue;
        metrics.objectiveShare.set({ objective }, share);
        metrics.objectiveBudget.set({ objective }, budgetLeft);
      }
      metrics.recoveryPointHours.set((await readRecoveryPointHours(pipeline)) ?? 0);
      for (const { severity, open } of await countAlertsBySeverity(pipeline)) {
        metrics.alertsOpen.set({ severity }, open);
      }
      return OBJECTIVES_MS;
    },
  };
}

const MINUTE_MS = 10_000;

/** Writes that this worker is up, and how often it could not reach the database. */
export function minuteLoop(pipeline: Pipeline, workerId: string, vitals: Vitals): Loop {
  return {
    name: "minute",
    run: async () => {
      const { databaseFailures } = vitals;
      const tally = { requests: 0, requestsFast: 0, requestsFailed: 0, databaseFailures };
      await recordServiceMinute(pipeline, "worker", workerId, tally);
      vitals.databaseFailures -= databaseFailures;
      return MINUTE_MS;
    },
  };
}
