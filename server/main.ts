import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  carrierIsSimulator,
  carrierSettings,
  databaseSettings,
  parseEnvironment,
  processSettings,
  queueSettings,
} from "@smscrm/core/environment";
import { openPipeline, openTenantDatabase } from "@smscrm/db/connection";
import { reportsFromDatabase, reportsFromReplica } from "@smscrm/db/reports";
import { readSchemaState, refuseNewerSchema } from "@smscrm/db/system";
import { z } from "zod";
import { createApp } from "./app.ts";
import type { Dependencies } from "./dependencies.ts";
import { type Listening, listen } from "./listen.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { reportMinutes } from "./report-minutes.ts";
import { startFault } from "./start-fault.ts";
import { createIntake } from "./webhooks/intake.ts";
import { openSpool, type Spool } from "./webhooks/spool/spool.ts";

/** Requests that run get this long; then their connections are cut. The database is closed after them. */
const DRAIN_MS = 8_000;
/** Before that, in production: what the proxy before it has to let go of its connections; see `keepalive` there. */
const LEAVE_SECONDS = 3;

const schema = z.object({
  ...processSettings,
  ...databaseSettings,
  // Read for what production must have; the tickets are the worker's.
  ...queueSettings,
  ...carrierSettings,
  LEAVE_SECONDS: z.coerce.number().min(0).max(30).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
});

const environment = parseEnvironment(schema, process.env);
if (!environment.ok) {
  for (const fault of environment.faults) console.error(fault);
  process.exit(1);
}
await run(environment.value);

async function run(env: z.output<typeof schema>): Promise<void> {
  const closing = new AbortController();
  const spool = openSpoolOrExit(path.resolve(env.DATA_DIR, "webhook-spool"));
  const dependencies = open(env, closing.signal, spool);
  const { database, pipeline, log } = dependencies;
  try {
    refuseNewerSchema(await readSchemaState(pipeline));
    const app = createApp(dependencies);
    const listening = await listen({ host: env.HOST, port: env.PORT }, (request, bindings) =>
      app.fetch(request, bindings),
    );
    log.info({ port: listening.port, carrier: dependencies.carrier }, "The API listens");
    void reportMinutes(dependencies);
    stopOnSignal(dependencies, closing, listening, leaveSeconds(env));
  } catch (error) {
    console.error(startFault(error, env));
    await Promise.allSettled([pipeline.end({ timeout: 1 }), database.close()]);
    process.exit(1);
  }
}

function openSpoolOrExit(folder: string): Spool {
  try {
    return openSpool(folder);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

function open(env: z.output<typeof schema>, closing: AbortSignal, spool: Spool): Dependencies {
  const clientFolder = fileURLToPath(new URL("../client/dist", import.meta.url));
  const simulated = carrierIsSimulator(env);
  const pipeline = openPipeline(env.DATABASE_URL, { name: "smscrm-api-pipeline", max: 6 });
  const log = createLog(env.LOG_LEVEL);
  const metrics = createMetrics();
  const database = openTenantDatabase(env.DATABASE_URL, { name: "smscrm-api", max: 20 });
  return {
    database,
    pipeline,
    reports: env.DATABASE_REPLICA_URL
      ? reportsFromReplica(env.DATABASE_REPLICA_URL, { database, pipeline })
      : reportsFromDatabase(database),
    intake: createIntake({ pipeline, spool, log, metrics, closing }),
    log,
    metrics,
    carrier: simulated ? "simulator" : "twilio",
    handsetUrl: simulated ? `http://127.0.0.1:${env.SIMULATOR_PORT}/` : null,
    publicUrl: env.PUBLIC_URL,
    webhookTokens: [env.TWILIO_AUTH_TOKEN, env.TWILIO_AUTH_TOKEN_PREVIOUS].filter(
      (token) => token !== undefined,
    ),
    clientFolder: existsSync(clientFolder) ? clientFolder : null,
    dataFolder: existsSync(env.DATA_DIR) ? env.DATA_DIR : ".",
    version: process.env.npm_package_version ?? "development",
    startedAt: new Date(),
    closing,
  };
}

function leaveSeconds(env: z.output<typeof schema>): number {
  return env.LEAVE_SECONDS ?? (env.NODE_ENV === "production" ? LEAVE_SECONDS : 0);
}

/** In order: the proxy's connections go, then no new requests, streams end, those that run finish, then the database. Never longer than the limits. */
function stopOnSignal(
  { database, pipeline, reports, log }: Dependencies,
  closing: AbortController,
  listening: Listening,
  leaveSeconds: number,
) {
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "Stopping");
    listening.leave();
    await new Promise((resolve) => setTimeout(resolve, leaveSeconds * 1_000));
    closing.abort();
    await listening.close(DRAIN_MS);
    await Promise.allSettled([pipeline.end({ timeout: 3 }), database.close(), reports.close()]);
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
}
