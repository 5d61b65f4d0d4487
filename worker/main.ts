import { workerEnvironment } from "./environment.ts";
import { healthApp, listen } from "./health.ts";
import { createLog } from "./log.ts";
import { newerSchema } from "./schema-check.ts";
import { startWorker } from "./worker.ts";

/** Below this Bun may deliver a POST twice when a kept-alive connection dies: a text sent twice. */
const OLDEST_BUN = [1, 4, 0] as const;
/** A stop that takes longer is cut off; what was in flight is looked up at the carrier later. */
const STOP_LIMIT_MS = 20_000;

function refuse(...faults: string[]): never {
  for (const fault of faults) console.error(fault);
  process.exit(1);
}

const bun = process.versions.bun?.split(".").map(Number);
if (
  bun &&
  OLDEST_BUN.some((part, at) => bun[at]! < part && OLDEST_BUN.slice(0, at).every((p, i) => bun[i] === p))
) {
  refuse(
    `Bun ${process.versions.bun} can deliver a request twice; the worker needs Bun ${OLDEST_BUN.join(".")} or newer.`,
  );
}

const environment = workerEnvironment(process.env);
if (Array.isArray(environment)) refuse(...environment);

const newer = await newerSchema(environment.DATABASE_URL);
if (newer) refuse(newer);

const log = createLog(environment.LOG_LEVEL);
const worker = startWorker(environment, log);
const app = healthApp({ ...worker, carrier: environment.carrier });
const server = await listen(app, { host: environment.HOST, port: environment.WORKER_PORT }).catch(
  (error: { code?: string }) => {
    if (error.code !== "EADDRINUSE") throw error;
    return refuse(`Port ${environment.WORKER_PORT} is in use; WORKER_PORT moves the worker's health page.`);
  },
);
log.info(
  { port: environment.WORKER_PORT, queue: worker.queue.mode, carrier: environment.carrier },
  "started",
);

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
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
