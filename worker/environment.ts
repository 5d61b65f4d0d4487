import {
  carrierIsSimulator,
  carrierSettings,
  databaseSettings,
  parseEnvironment,
  processSettings,
  queueSettings,
} from "@smscrm/core/environment";
import { z } from "zod";
import { alertFaults, alertSettings } from "./alerts/environment.ts";

const schema = z.object({
  ...processSettings,
  ...databaseSettings,
  ...queueSettings,
  ...carrierSettings,
  ...alertSettings,
  /** Requests to the carrier that one worker may have under way; the carrier's advice is to stay low and back off. */
  SEND_CONCURRENCY: z
    .string()
    .regex(/^\d{1,4}$/, "must be a number from 1 to 9999")
    .transform(Number)
    .refine((number) => number >= 1, "must be at least 1")
    .default(32),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

export type WorkerEnvironment = z.output<typeof schema> & { carrier: "simulator" | "twilio" };

/** The worker's settings, or every fault at once. */
export function workerEnvironment(env: Record<string, string | undefined>): WorkerEnvironment | string[] {
  const parsed = parseEnvironment(schema, env);
  const faults = [...(parsed.ok ? [] : parsed.faults), ...alertFaults(env)];
  if (!parsed.ok || faults.length > 0) return faults;
  return { ...parsed.value, carrier: carrierIsSimulator(env) ? "simulator" : "twilio" };
}
