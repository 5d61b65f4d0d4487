import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ingestStatusEvents, type StatusEvent } from "@smscrm/db/carrier/webhooks";
import { openSendFixture } from "@smscrm/db/testing/send-fixture";
import { Redis } from "ioredis";
import type { LedgerEntry } from "../../infra/simulator/messages/ledger.ts";
import type { SimulatorOptions } from "../../infra/simulator/settings.ts";
import { startSimulator } from "../../infra/simulator/start.ts";
import { migrateQueue } from "../dispatch/migrate-queue.ts";
import { workerEnvironment } from "../environment.ts";
import { createLog } from "../log.ts";
import { startWorker } from "../worker.ts";

export type QueueMode = "postgres" | "redis";
const redisServer = process.env.TEST_REDIS_URL || process.env.REDIS_URL;
/** Each test process has its own database of Redis, so that its workers never take another process's tickets. */
const redisUrl = redisServer && `${redisServer.replace(/\/\d*$/, "")}/${process.env.VITEST_POOL_ID ?? 1}`;
/** The queue that this run tests: a suite names it, so that it runs again on Redis. */
export const QUEUE_MODES: QueueMode[] = redisUrl ? ["redis"] : ["postgres"];

export type SendingFixture = Awaited<ReturnType<typeof openSendingFixture>>;
type Worker = ReturnType<typeof startWorker>;

/** Opens a database, a simulated carrier that calls back into it, and workers to start: the pipeline without the API. */
export async function openSendingFixture(mode: QueueMode, options: SimulatorOptions = {}) {
  const rows = await openSendFixture();
  await migrateQueue(rows.url);
  const logged: string[] = [];
  const receiver = await startReceiver((events) => ingestStatusEvents(rows.sql, events));
  const quick = { sentDelayMs: [5, 40], receiptDelayMs: [10, 80], segmentsPerSecond: 1e9 } as const;
  let carrier = await startSimulator({ port: 0, ...quick, ...options });
  const port = Number(new URL(carrier.url).port);
  const workers = new Set<Worker>();

  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    DATABASE_URL: rows.logins.DATABASE_WORKER_URL,
    SIMULATOR_PORT: String(port),
    PUBLIC_URL: receiver.url,
    NODE_ENV: "test",
    ...(mode === "redis" ? { REDIS_URL: redisUrl! } : {}),
    ...more,
  });

  /** Starts a worker inside this process and keeps its log in `logged`. */
  function startOne(more: Record<string, string> = {}): Worker {
    const parsed = workerEnvironment(environment(more));
    if (Array.isArray(parsed)) throw new Error(parsed.join("\n"));
    const log = createLog("debug", { write: (line) => void logged.push(line) });
    const worker = startWorker(parsed, log);
    workers.add(worker);
    return worker;
  }

  async function stopOne(worker: Worker): Promise<void> {
    workers.delete(worker);
    await worker.stop();
  }

  /** Removes every ticket, like FLUSHALL or the loss of the queue's tables. */
  async function loseTickets(): Promise<void> {
    if (mode === "postgres") {
      await rows.sql`delete from bullmq.job`;
      return;
    }
    const redis = new Redis(redisUrl!);
    await redis.flushdb();
    await redis.quit();
  }

  /** Returns the requests that created a message, or would have. */
  const creates = (): LedgerEntry[] =>
    carrier.simulator.ledger.all().filter((entry) => entry.kind === "create");

  /** Waits until `holds` is true; the limit keeps a failing test from hanging. */
  async function until(
    what: string,
    holds: () => Promise<boolean> | boolean,
    limitMs = 60_000,
  ): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!(await holds())) {
      if (Date.now() > deadline)
        throw new Error(`waited ${limitMs} ms for: ${what}; now ${await standing()}; ${lastWarnings()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Returns the workers' last warnings, so that a failure in CI says why. */
  const lastWarnings = () =>
    logged
      .filter((line) => /"level":(?:[4-6]0|"(?:warn|error|fatal)")/.test(line))
      .slice(-5)
      .map((line) => line.trim().slice(0, 300))
      .join(" ");

  async function standing(): Promise<string> {
    const counts = await rows.sql`
      select status, failure_reason, hold_reason, count(*)::int from send_jobs group by 1, 2, 3`;
    return JSON.stringify(counts);
  }

  const count = async (status: string[]): Promise<number> => {
    const [row] = await rows.sql<{ n: number }[]>`
      select count(*)::int as n from send_jobs where status = any(${status})`;
    return row!.n;
  };
  const allFinal = (limitMs?: number) =>
    until(
      "all messages final",
      async () => (await count(["queued", "sending", "unknown", "sent"])) === 0,
      limitMs,
    );

  /** Stops the carrier; `carrierUp` starts it at the same address with an empty ledger. */
  const carrierDown = () => carrier.close();
  async function carrierUp(): Promise<void> {
    carrier = await startSimulator({ port, ...quick, ...options });
  }

  async function close(): Promise<void> {
    await Promise.all([...workers].map(stopOne));
    await carrier.close();
    await receiver.close();
    await rows.close();
  }

  return {
    ...rows,
    mode,
    environment,
    logged,
    receiver,
    carrier: () => carrier.simulator.carrier,
    creates,
    carrierDown,
    carrierUp,
    loseTickets,
    startOne,
    stopOne,
    until,
    count,
    allFinal,
    close,
  };
}

/** Acts as the API: takes the carrier's callbacks and answers them once they are committed. */
async function startReceiver(ingest: (events: StatusEvent[]) => Promise<void>) {
  let deaf = false;
  const underWay = new Set<Promise<unknown>>();
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (deaf) return response.writeHead(503).end();
    const payload = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
    const event: StatusEvent = {
      attemptId: request.url?.split("/").at(-1) ?? null,
      messageSid: payload.MessageSid ?? "",
      messageStatus: payload.MessageStatus ?? "",
      errorCode: payload.ErrorCode ? Number(payload.ErrorCode) : null,
      payload,
    };
    const answered = ingest([event]).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(500).end(),
    );
    underWay.add(answered);
    await answered.finally(() => underWay.delete(answered));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Refuses callbacks from now on, or accepts them again. */
    setDeaf: (value: boolean) => {
      deaf = value;
    },
    /** Stops accepting, and waits for running writes. */
    async close(): Promise<void> {
      deaf = true;
      await Promise.allSettled(underWay);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
