import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { recordServiceMinute } from "@smscrm/db/monitoring/service-minutes";
import { rest } from "@smscrm/db/postgres/rest";
import type { Dependencies } from "../dependencies.ts";

const REPORT_MS = 10_000;

/**
 * Writes every ten seconds that this API is up, and what it counted, until the process stops. Objectives and alerts
 * use these rows. A database failure is written once the database is back.
 */
export async function reportMinutes({ pipeline, metrics, log, closing }: Dependencies): Promise<void> {
  const instance = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  let failing = false;
  while (!closing.aborted) {
    const taken = metrics.tally.take();
    try {
      await recordServiceMinute(pipeline, "api", instance, taken);
      failing = false;
    } catch (error) {
      metrics.tally.giveBack(taken);
      metrics.tally.failedWith(error);
      if (!failing) log.error({ error }, "This minute could not be written; trying again every ten seconds");
      failing = true;
    }
    metrics.databaseUp.set(failing ? 0 : 1);
    await rest(REPORT_MS, closing);
  }
}
