import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { recordServiceMinute } from "@smscrm/db/service-minutes";
import type { Dependencies } from "./dependencies.ts";

const REPORT_MS = 10_000;

/**
 * Says every ten seconds that this API is up, and what it saw, until the process stops. Objectives and alerts are made
 * of this; that the database could not be reached is said as soon as it can be again.
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

function rest(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    timer.unref();
    stop.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
