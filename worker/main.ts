import { workerEnvironment } from "./environment.ts";
import { createLog } from "./log.ts";
import { healthApp, listen } from "./monitoring/health.ts";
import { checkDatabase, checkOnceThere, type DatabaseCheck } from "./schema-check.ts";
import { startWorker } from "./worker.ts";

/** An older Bun may repeat a POST when a kept-alive connection dies: a text sent twice. */
const BUN_MIN = [1, 4, 0] as const;
/** A stop that takes longer is cut off; messages in flight are looked up at the carrier later. */
const STOP_LIMIT_MS = 20_000;

function refuse(...faults: string[]): never {
  for (const fault of faults) console.error(fault);
  process.exit(1);
}

const bun = process.versions.bun?.split(".").map(Number);
if (
  bun &&
  BUN_MIN.some((part, at) => bun[at]! < part && BUN_MIN.slice(0, at).every((p, i) => bun[i] === p))
) {
  refuse(
    `Bun ${process.versions.bun} can deliver a request twice; the worker needs Bun ${BUN_MIN.join(".")} or newer.`,
  );
}

const environment = workerEnvironment(process.env);
if (Array.isArray(environment)) refuse(...environment);

const log = createLog(environment.LOG_LEVEL);
const isProduction = environment.NODE_ENV === "production";

/**
 * Returns why this worker must not run on this database, or null. Faults that are allowed outside production are
 * logged as warnings.
 */
function faultOf({ newer, login }: DatabaseCheck): string | null {
  if (newer || !login) return newer;
  if (isProduction) return login;
  log.warn(login);
  return null;
}

const checked = await checkDatabase(environment.DATABASE_URL);
const fault = checked && faultOf(checked);
if (fault) refuse(fault);
const worker = startWorker(environment, log);
const app = healthApp({
  ...worker,
  carrier: environment.carrier,
  metricsToken: environment.METRICS_TOKEN,
});
const server = await listen(app, { host: environment.HOST, port: environment.WORKER_PORT }).catch(
  (error: { code?: string }) => {
    if (error.code !== "EADDRINUSE") throw error;
    return refuse(
      `Port ${environment.WORKER_PORT} is in use. Set WORKER_PORT to move the worker's health page.`,
    );
  },
);
log.info(
  { port: environment.WORKER_PORT, queue: worker.queue.mode, carrier: environment.carrier },
  "started",
);

const stopped = new AbortController();
if (!checked) {
  void checkOnceThere(environment.DATABASE_URL, stopped.signal).then((found) => {
    const late = found && faultOf(found);
    if (late) refuse(late);
  });
}

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  stopped.abort();
  log.info({ signal }, "stopping: no new messages, waiting for those in flight");
  setTimeout(() => {
    log.error("did not stop in time");
    process.exit(1);
  }, STOP_LIMIT_MS).unref();
  await worker.stop();
  server.close();
  log.info("stopped");
  process.exit(0);
}
process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));
