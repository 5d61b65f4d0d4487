import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  carrierIsSimulator,
  databaseIsEmbedded,
  LOOPBACK_RANGES,
  parseEnvironment,
  passwordFaults,
} from "@smscrm/core/process/environment";
import { processUrl } from "@smscrm/db/logins/embedded-logins";
import { findLoginFault, LoginFault } from "@smscrm/db/logins/logins";
import { reportsFromDatabase, reportsFromReplica } from "@smscrm/db/monitoring/reports";
import { readSchemaState, refuseNewerSchema } from "@smscrm/db/postgres/system";
import { within } from "@smscrm/db/postgres/within";
import type { z } from "zod";
import { createApp } from "./app.ts";
import { type Databases, openDatabases } from "./databases.ts";
import type { Dependencies } from "./dependencies.ts";
import { apiSchema } from "./environment.ts";
import { FAIR_USE } from "./fair-use/fair-use.ts";
import { type Listening, listen } from "./http/listen.ts";
import { startFault } from "./http/start-fault.ts";
import { createClickBuffer } from "./links/click-buffer.ts";
import { createLog } from "./log.ts";
import { openMailer } from "./mail/mailer.ts";
import { createMetrics } from "./monitoring/metrics.ts";
import { reportMinutes } from "./monitoring/report-minutes.ts";
import { mailReports } from "./reports/mail-loop.ts";
import { secretsKeysOf } from "./users/single-sign-on/secrets-key.ts";
import { openSingleSignOn } from "./users/single-sign-on/setup.ts";
import { createIntake } from "./webhooks/intake.ts";
import { openSpool, type Spool } from "./webhooks/spool/spool.ts";

/** Running requests get this long; then their connections are closed. The database is closed after them. */
const DRAIN_MS = 8_000;
/**
 * In production the process first waits this long. Meanwhile the proxy closes its idle connections (see `keepalive`
 * there), and a balancer that asks /health sends it nothing more.
 */
const LEAVE_SECONDS = 3;
const REPLICA_LIMIT_MS = 3_000;
/** A process that stops counts the last clicks in this time. */
const LAST_CLICKS_MS = 2_000;

const environment = parseEnvironment(apiSchema, process.env);
const faults = [
  ...(environment.ok ? [] : environment.faults),
  ...passwordFaults(process.env, [
    process.env.DATABASE_API_URL ? "DATABASE_API_URL" : "DATABASE_URL",
    "DATABASE_REPLICA_URL",
  ]),
];
if (!environment.ok || faults.length > 0) {
  for (const fault of faults) console.error(fault);
  process.exit(1);
}
await run({
  ...environment.value,
  DATABASE_URL: processUrl("DATABASE_API_URL", environment.value, {
    isEmbedded: databaseIsEmbedded(process.env),
  }),
});

async function run(env: z.output<typeof apiSchema>): Promise<void> {
  const closing = new AbortController();
  const leaving = new AbortController();
  const spool = openSpoolOrExit(path.resolve(env.DATA_DIR, "webhook-spool"));
  const { close, ...databases } = openDatabases(env.DATABASE_URL);
  const dependencies = open(env, databases, { closing: closing.signal, leaving: leaving.signal }, spool);
  const { pipeline, log } = dependencies;
  try {
    refuseNewerSchema(await readSchemaState(pipeline));
    // One of the connections for stopping is opened now, before anyone needs it.
    await databases.urgent.asSignIn(async () => {});
    const excess = await excessOf(env);
    if (excess && env.NODE_ENV === "production") throw new LoginFault(excess);
    if (excess) log.warn(excess);
    const app = createApp(dependencies);
    const listening = await listen({ host: env.HOST, port: env.PORT }, (request, bindings) =>
      app.fetch(request, bindings),
    );
    log.info({ port: listening.port, carrier: dependencies.carrier }, "The API listens");
    void reportMinutes(dependencies);
    void mailReports(dependencies);
    stopOnSignal(dependencies, close, { closing, leaving }, listening, leaveSeconds(env));
  } catch (error) {
    console.error(startFault(error, env));
    await close();
    process.exit(1);
  }
}

/** Returns which rights the API's logins have that they must not have. A replica that is away is skipped. */
async function excessOf(env: z.output<typeof apiSchema>): Promise<string | null> {
  const ofDatabase = await findLoginFault("API", env.DATABASE_URL);
  if (ofDatabase || !env.DATABASE_REPLICA_URL) return ofDatabase;
  const ofReplica = await within(REPLICA_LIMIT_MS, findLoginFault("API", env.DATABASE_REPLICA_URL)).catch(
    () => null,
  );
  return ofReplica && `DATABASE_REPLICA_URL: ${ofReplica}`;
}

function openSpoolOrExit(folder: string): Spool {
  try {
    return openSpool(folder);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

function open(
  env: z.output<typeof apiSchema>,
  databases: Omit<Databases, "close">,
  { closing, leaving }: Pick<Dependencies, "closing" | "leaving">,
  spool: Spool,
): Dependencies {
  const clientFolder = fileURLToPath(new URL("../client/dist", import.meta.url));
  const simulated = carrierIsSimulator(env);
  const { database, pipeline } = databases;
  const log = createLog(env.LOG_LEVEL);
  const metrics = createMetrics();
  return {
    ...databases,
    reports: env.DATABASE_REPLICA_URL
      ? reportsFromReplica(env.DATABASE_REPLICA_URL, { database, pipeline })
      : reportsFromDatabase(database),
    intake: createIntake({ pipeline, spool, log, metrics, closing }),
    clicks: createClickBuffer(pipeline, log),
    mailer: env.SMTP_URL && env.MAIL_FROM ? openMailer({ url: env.SMTP_URL, from: env.MAIL_FROM }) : null,
    fairUse: FAIR_USE,
    log,
    metrics,
    carrier: simulated ? "simulator" : "twilio",
    handsetUrl: simulated ? `http://127.0.0.1:${env.SIMULATOR_PORT}/` : null,
    publicUrl: env.PUBLIC_URL,
    trustedProxies: env.TRUSTED_PROXIES ?? (env.NODE_ENV === "production" ? [] : LOOPBACK_RANGES),
    metricsToken: env.METRICS_TOKEN,
    publicStatusPage: env.PUBLIC_STATUS_PAGE === "on",
    singleSignOn: openSingleSignOn({
      keys: secretsKeysOf({ ...env, isEmbedded: databaseIsEmbedded(process.env) }),
      network: {
        isProduction: env.NODE_ENV === "production",
        allowedRanges: env.SSO_PRIVATE_NETWORKS ?? [],
      },
    }),
    webhookTokens: [env.TWILIO_AUTH_TOKEN, env.TWILIO_AUTH_TOKEN_PREVIOUS].filter(
      (token) => token !== undefined,
    ),
    clientFolder: existsSync(clientFolder) ? clientFolder : null,
    dataFolder: existsSync(env.DATA_DIR) ? env.DATA_DIR : ".",
    version: process.env.npm_package_version ?? "development",
    startedAt: new Date(),
    leaving,
    closing,
  };
}

function leaveSeconds(env: z.output<typeof apiSchema>): number {
  return env.LEAVE_SECONDS ?? (env.NODE_ENV === "production" ? LEAVE_SECONDS : 0);
}

/**
 * Stops in this order: the proxy's connections, new requests, streams, running requests, clicks, kept webhooks, the database.
 * Each step has a time limit.
 */
function stopOnSignal(
  { intake, clicks, reports, log }: Dependencies,
  closeDatabases: () => Promise<void>,
  { closing, leaving }: Record<"closing" | "leaving", AbortController>,
  listening: Listening,
  leaveSeconds: number,
) {
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "Stopping");
    leaving.abort();
    listening.leave();
    await new Promise((resolve) => setTimeout(resolve, leaveSeconds * 1_000));
    closing.abort();
    await listening.close(DRAIN_MS);
    await within(LAST_CLICKS_MS, clicks.flush()).catch(() => {});
    await intake.close();
    await Promise.allSettled([closeDatabases(), reports.close()]);
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
}
