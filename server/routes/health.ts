import { listWorkers, MIGRATIONS, readSchemaState } from "@smscrm/db/system";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import { diskState } from "../disk.ts";
import { queueState } from "../queue-state.ts";

const LIMIT_MS = 3_000;

interface Readiness {
  database: "ok" | "not reachable";
  migrations: "ok" | "behind" | "ahead" | "unknown";
  /** Workers reach the queue and say so; without one nobody knows whether it answers. */
  worker: "ok" | "not seen";
}

/** For the orchestrator, the operators and Prometheus. */
export function healthRoutes(dependencies: Dependencies): Hono {
  const { pipeline, metrics, version, startedAt, log, dataFolder } = dependencies;
  const routes = new Hono();

  /** Alive: asks nobody, so that a slow database does not get this process killed. */
  routes.get("/health", (c) => c.json({ status: "ok", version, startedAt }));

  /** Ready for traffic; 503 names what is missing. */
  routes.get("/ready", async (c) => {
    const disk = await diskState(dataFolder);
    const { readiness, queue } = await readinessOf(pipeline).catch((error) => {
      metrics.tally.failedWith(error);
      log.warn({ error }, "Not ready: the database does not answer");
      return { readiness: UNREACHABLE, queue: null };
    });
    const ready = Object.values(readiness).every((part) => part === "ok") && disk.state !== "full";
    const status = ready ? "ready" : "not ready";
    const body = { status, ...readiness, disk: disk.state, freeBytes: disk.freeBytes, queue };
    return c.json(body, ready ? 200 : 503);
  });

  routes.get("/metrics", async (c) =>
    c.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );
  return routes;
}

const UNREACHABLE: Readiness = { database: "not reachable", migrations: "unknown", worker: "not seen" };

async function readinessOf(pipeline: Dependencies["pipeline"]) {
  const [schema, workers] = await inTime(Promise.all([readSchemaState(pipeline), listWorkers(pipeline)]));
  const behind = schema.applied - MIGRATIONS;
  const readiness: Readiness = {
    database: "ok",
    migrations: behind === 0 ? "ok" : behind < 0 ? "behind" : "ahead",
    worker: workers.length > 0 ? "ok" : "not seen",
  };
  return { readiness, queue: queueState(workers) };
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
