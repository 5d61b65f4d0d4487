import { listWorkers, MIGRATIONS, readSchemaState } from "@smscrm/db/postgres/system";
import { within } from "@smscrm/db/postgres/within";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import type { Visitors } from "../users/visitor.ts";
import { diskState } from "./disk.ts";
import { queueState } from "./queue-state.ts";

const LIMIT_MS = 3_000;

interface Readiness {
  database: "ok" | "not reachable";
  migrations: "ok" | "behind" | "ahead" | "unknown";
  /** Workers report whether they reach the queue. Without a worker it is unknown. */
  worker: "ok" | "not seen";
}

/**
 * Endpoints for the orchestrator, the operators and Prometheus. Anyone may ask whether the process is alive and ready. The
 * details and the metrics are for this machine, and for requests with the token.
 */
export function healthRoutes(dependencies: Dependencies, { isInspection }: Visitors): Hono {
  const { pipeline, metrics, version, startedAt, log, dataFolder, leaving } = dependencies;
  const routes = new Hono();

  /**
   * Alive. It checks nothing else, so that a slow database does not get this process killed. A process that was told to
   * stop answers 503, so that a balancer sends it nothing more: a connection that is still in the queue when the process
   * stops to listen is reset, and its request is lost.
   */
  routes.get("/health", (c) => {
    const status = leaving.aborted ? "leaving" : "ok";
    return c.json(
      { status, ...(isInspection(c) ? { version, startedAt } : {}) },
      leaving.aborted ? 503 : 200,
    );
  });

  /** Ready for traffic. A 503 names what is missing. */
  routes.get("/ready", async (c) => {
    const disk = await diskState(dataFolder);
    const { readiness, queue } = await readinessOf(pipeline).catch((error) => {
      metrics.tally.failedWith(error);
      log.warn({ error }, "Not ready: the database does not answer");
      return { readiness: UNREACHABLE, queue: null };
    });
    const ready = Object.values(readiness).every((part) => part === "ok") && disk.state !== "full";
    const status = ready ? "ready" : "not ready";
    if (!isInspection(c)) return c.json({ status }, ready ? 200 : 503);
    const body = { status, ...readiness, disk: disk.state, freeBytes: disk.freeBytes, queue };
    return c.json(body, ready ? 200 : 503);
  });

  routes.get("/metrics", async (c) =>
    isInspection(c)
      ? c.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType })
      : c.json({ error: NOT_FOR_YOU }, 401, { "www-authenticate": "Bearer" }),
  );
  return routes;
}

const NOT_FOR_YOU =
  "Metrics are for operators: ask from this machine, or send the token of METRICS_TOKEN (Authorization: Bearer …).";

const UNREACHABLE: Readiness = { database: "not reachable", migrations: "unknown", worker: "not seen" };

async function readinessOf(pipeline: Dependencies["pipeline"]) {
  const [schema, workers] = await within(
    LIMIT_MS,
    Promise.all([readSchemaState(pipeline), listWorkers(pipeline)]),
  );
  const behind = schema.applied - MIGRATIONS;
  const readiness: Readiness = {
    database: "ok",
    migrations: behind === 0 ? "ok" : behind < 0 ? "behind" : "ahead",
    worker: workers.length > 0 ? "ok" : "not seen",
  };
  return { readiness, queue: queueState(workers) };
}
