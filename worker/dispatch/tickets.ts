import { rest } from "@smscrm/db/postgres/rest";
import { createPostgresBackend, Queue, Worker } from "bullmq";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import pg from "pg";
import { WORKER_POOLS } from "../environment.ts";

/** Name of the queue and prefix of its keys: `bull:send-messages:wait` is in the operators' runbook. */
export const QUEUE_NAME = "send-messages";

/** A ticket: send jobs of one tenant that go through the gates together. Never the messages themselves. */
export interface Ticket {
  tenantId: string;
  jobIds: string[];
  /** Keeps its jobs off other tickets until it is processed; a ticket of the previous version has none. */
  leaseId?: string;
}

export interface QueueSettings {
  DATABASE_URL: string;
  REDIS_URL?: string | undefined;
  REDIS_SENTINELS?: string[] | undefined;
  REDIS_SENTINEL_NAME?: string | undefined;
  REDIS_CLUSTER_NODES?: string[] | undefined;
  REDIS_USERNAME?: string | undefined;
  REDIS_PASSWORD?: string | undefined;
}

/** A queue of tickets. They carry no facts: a lost or repeated ticket costs only time. */
export interface TicketQueue {
  mode: "postgres" | "redis";
  add(tickets: Ticket[]): Promise<void>;
  depth(): Promise<{ waiting: number; active: number }>;
  work(options: WorkOptions): TicketWorker;
  /** The connection for our own counters beside BullMQ's; null without Redis. */
  redis: Redis | Cluster | null;
  close(): Promise<void>;
}

interface WorkOptions {
  concurrency: number;
  process: (ticket: Ticket) => Promise<void>;
  onError: (error: Error) => void;
}

interface TicketWorker {
  /** Sets how many tickets are processed at once, from the next ticket on. */
  workOn(tickets: number): void;
  /** Takes no new tickets and waits for the running ones. */
  close(): Promise<void>;
}

/** How soon a worker asks the queue again after an error. BullMQ's own 15 seconds would delay every failover. */
const ASK_AGAIN_MS = 500;

const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: { count: 100 }, attempts: 1 } as const;

export function openTicketQueue(settings: QueueSettings): TicketQueue {
  const redis = connectRedis(settings);
  return redis
    ? onRedis(redis, settings.REDIS_CLUSTER_NODES ? "{bull}" : "bull")
    : onPostgres(settings.DATABASE_URL);
}

function onPostgres(url: string): TicketQueue {
  const connection = openPool(url);
  // BullMQ keeps the failure of its first connection for ever and retries it without a pause, logging each time. So
  // it gets the pool only after the database has answered, and a queue that fails to open anyway is thrown away.
  const whenReady = async <Opened extends Half>(open: () => Opened) => {
    await connection.query("select 1");
    const opened = open();
    try {
      await opened.waitUntilReady();
      return opened;
    } catch (error) {
      await opened.close(true);
      throw error;
    }
  };
  const common = commonOf(() =>
    whenReady(() => listened(new Queue(QUEUE_NAME, { connection }, createPostgresBackend), () => {})),
  );
  return {
    mode: "postgres",
    redis: null,
    ...common,
    close: () => common.close().finally(() => connection.end()),
    work: ({ concurrency, process, onError }) => {
      const options = { connection, concurrency, runRetryDelay: ASK_AGAIN_MS };
      const open = () =>
        new Worker(QUEUE_NAME, (job) => process(job.data as Ticket), options, createPostgresBackend);
      return workerOf((hear) => whenReady(() => listened(open(), hear)), onError);
    },
  };
}

/**
 * Opens our own pool for BullMQ, which listens for each connection's end. Otherwise nothing listens while a client
 * runs no query, and a lost connection would end the process.
 */
function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    // For queue and worker together. One connection listens for new tickets.
    max: WORKER_POOLS.queue,
    application_name: "smscrm queue",
    // BullMQ's statements name its tables without their schema.
    options: "-c search_path=bullmq",
    // Without keep-alive a worker could wait for tickets on a dead connection.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
  });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** Both kinds of client can be duplicated, but with arguments of their own: TypeScript calls no union of the two. */
interface Duplicable {
  duplicate(): Redis | Cluster;
}

function onRedis(redis: Redis | Cluster, prefix: string): TicketQueue {
  // Returns at once: ioredis retries until Redis is there.
  const common = commonOf(async () =>
    listened(new Queue(QUEUE_NAME, { connection: redis, prefix }), () => {}),
  );
  return {
    mode: "redis",
    redis,
    ...common,
    work: ({ concurrency, process, onError }) => {
      // A blocking read needs a connection of its own that never gives up.
      const client: Duplicable = redis;
      const connection = client.duplicate();
      const options = { connection, prefix, concurrency, runRetryDelay: ASK_AGAIN_MS };
      const open = () => new Worker(QUEUE_NAME, (job) => process(job.data as Ticket), options);
      const ours = workerOf(async (hear) => listened(open(), hear), onError);
      return { ...ours, close: () => ours.close().finally(() => connection.disconnect()) };
    },
    close: () => common.close().finally(() => redis.disconnect()),
  };
}

/** What BullMQ's queues and workers have in common, on both backends. */
interface Half {
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
}
type AnyQueue = Half & Pick<Queue, "addBulk" | "getJobCounts">;

function commonOf(open: () => Promise<AnyQueue>) {
  let opening: Promise<AnyQueue> | null = null;
  const opened = () => {
    opening ??= open().catch((error) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  return {
    add: async (tickets: Ticket[]) => {
      const queue = await opened();
      await queue.addBulk(tickets.map((data) => ({ name: "ticket", data, opts: JOB_OPTIONS })));
    },
    depth: async () => {
      const queue = await opened();
      const { waiting = 0, active = 0 } = await queue.getJobCounts("waiting", "active");
      return { waiting, active };
    },
    close: async () => (await opening?.catch(() => null))?.close(),
  };
}

type Hear = (error: Error) => void;

function workerOf(
  open: (hear: Hear) => Promise<Half & Pick<Worker, "concurrency">>,
  onError: Hear,
): TicketWorker {
  const closing = new AbortController();
  const hear = (error: Error) => {
    // FLUSHALL removed the ticket during its processing. Its messages are in PostgreSQL and settled there.
    if (!/missing key|missing lock/i.test(error.message)) onError(error);
  };
  let worker: Awaited<ReturnType<typeof open>> | null = null;
  const untilOpen = async (): Promise<Half | null> => {
    while (!closing.signal.aborted) {
      try {
        worker = await open(hear);
        return worker;
      } catch (error) {
        hear(error as Error);
        await rest(ASK_AGAIN_MS, closing.signal);
      }
    }
    return null;
  };
  const opened = untilOpen();
  return {
    workOn: (tickets) => {
      if (worker) worker.concurrency = tickets;
    },
    close: async () => {
      closing.abort();
      await (await opened)?.close();
    },
  };
}

function listened<Listened extends Half>(half: Listened, onError: (error: Error) => void): Listened {
  half.on("error", onError);
  return half;
}

function connectRedis(settings: QueueSettings): Redis | Cluster | null {
  const { REDIS_USERNAME: username, REDIS_PASSWORD: password } = settings;
  const options: RedisOptions = {
    // Options in REDIS_URL overrule these.
    ...(username ? { username } : {}),
    ...(password ? { password, sentinelPassword: password } : {}),
    maxRetriesPerRequest: null,
    connectTimeout: 10_000,
    retryStrategy: (times) => Math.min(times * 200, 3_000),
  };
  const client = redisClient(settings, options);
  // Without a listener a lost connection would end the process. BullMQ and our loops report what fails.
  client?.on("error", () => {});
  return client;
}

function redisClient(settings: QueueSettings, options: RedisOptions): Redis | Cluster | null {
  const { REDIS_URL, REDIS_SENTINELS, REDIS_SENTINEL_NAME, REDIS_CLUSTER_NODES } = settings;
  if (REDIS_CLUSTER_NODES) return new Cluster(nodes(REDIS_CLUSTER_NODES), { redisOptions: options });
  if (REDIS_SENTINELS) {
    return new Redis({
      ...options,
      sentinels: nodes(REDIS_SENTINELS),
      name: REDIS_SENTINEL_NAME ?? "mymaster",
    });
  }
  return REDIS_URL ? new Redis(REDIS_URL, options) : null;
}

/** Parses entries of `host:port`. */
function nodes(list: string[]): { host: string; port: number }[] {
  return list.map((entry) => {
    const [host = "127.0.0.1", port = "6379"] = entry.split(":");
    return { host, port: Number(port) };
  });
}
