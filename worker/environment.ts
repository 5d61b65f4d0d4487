import {
  carrierIsSimulator,
  carrierSettings,
  databaseIsEmbedded,
  databaseSettings,
  parseEnvironment,
  passwordFaults,
  processSettings,
  queueSettings,
} from "@smscrm/core/process/environment";
import { processUrl } from "@smscrm/db/logins/embedded-logins";
import { z } from "zod";
import { auditSettings } from "./audit/environment.ts";
import { alertFaults, alertSettings } from "./monitoring/alerts/environment.ts";
import { privacySettings } from "./privacy/environment.ts";

/** The worker's environment variables. */
const workerSchema = z.object({
  ...processSettings,
  ...databaseSettings,
  ...queueSettings,
  ...carrierSettings,
  ...alertSettings,
  ...auditSettings,
  ...privacySettings,
  /** The most parallel requests to the carrier by one worker. The carrier advises to start low and back off. */
  SEND_CONCURRENCY: z
    .string()
    .regex(/^\d{1,4}$/, "must be a number from 1 to 9999")
    .transform(Number)
    .refine((number) => number >= 1, "must be at least 1")
    .default(32),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

/**
 * The most connections to the database that one worker opens, by pool; `queue` only if the tickets are in PostgreSQL.
 * Added up with the API's `API_POOLS`.
 */
export const WORKER_POOLS = { pipeline: 16, queue: 8 } as const;

export type WorkerEnvironment = z.output<typeof workerSchema> & {
  carrier: "simulator" | "twilio";
  /** Whether the database is the embedded one. */
  isEmbedded: boolean;
};

/** Returns the worker's settings, or every fault at once. */
export function workerEnvironment(env: Record<string, string | undefined>): WorkerEnvironment | string[] {
  const parsed = parseEnvironment(workerSchema, env);
  const faults = [
    ...(parsed.ok ? [] : parsed.faults),
    ...passwordFaults(env, [env.DATABASE_WORKER_URL ? "DATABASE_WORKER_URL" : "DATABASE_URL"]),
    ...alertFaults(env),
  ];
  if (!parsed.ok || faults.length > 0) return faults;
  const isEmbedded = databaseIsEmbedded(env);
  const DATABASE_URL = processUrl("DATABASE_WORKER_URL", parsed.value, { isEmbedded });
  return {
    ...parsed.value,
    DATABASE_URL,
    carrier: carrierIsSimulator(env) ? "simulator" : "twilio",
    isEmbedded,
  };
}
