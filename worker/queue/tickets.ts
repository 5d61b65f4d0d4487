import { createPostgresBackend, Queue, Worker } from "bullmq";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import pg from "pg";

/** Name of the queue and prefix of its keys: `bull:send-messages:wait` is in the operators' runbook. */
export const QUEUE_NAME = "send-messages";

/** A ticket: send jobs of one tenant that go through the gates together. Never the messages themselves. */
export interface Ticket {
  tenantId: string;
  jobIds: string[];
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

/** Tickets that carry no fact: losing one, or getting it twice, changes nothing but time. */
export interface TicketQueue {
  mode: "postgres" | "redis";
  add(tickets: Ticket[]): Promise<void>;
  depth(): Promise<{ waiting: number; active: number }>;
  work(options: WorkOptions): TicketWorker;
  /** The connection for counters of our own beside BullMQ's; null without Redis. */
  redis: Redis | Cluster | null;
  close(): Promise<void>;
}

export interface WorkOptions {
  concurrency: number;
  process: (ticket: Ticket) => Promise<void>;
  onError: (error: Error) => void;
}

export interface TicketWorker {
  /** Takes no new tickets and waits for those in hand. */
  close(): Promise<void>;
}

/** After an error of the queue a worker asks again this soon: BullMQ's own 15 seconds made each failover cost as much. */
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
  const queue = new Queue(QUEUE_NAME, { connection }, createPostgresBackend);
  queue.on("error", () => {});
  const common = commonOf(queue);
  return {
    mode: "postgres",
    redis: null,
    ...common,
    close: () => common.close().finally(() => connection.end()),
    work: ({ concurrency, process, onError }) => {
      const options = { connection, concurrency, runRetryDelay: ASK_AGAIN_MS };
      const worker = new Worker(
        QUEUE_NAME,
        (job) => process(job.data as Ticket),
        options,
        createPostgresBackend,
      );
      return workerOf(worker, onError);
    },
  };
}

/** For queue and worker together; one of them listens for new tickets on a connection of its own. */
const CONNECTIONS = 8;

/**
 * A pool of ours for BullMQ, where each connection's end is heard: while a client is in use but asked nothing, nobody
 * else listens, and the end of its connection would end the process.
 */
function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    application_name: "smscrm queue",
    // BullMQ's statements name its tables without their schema.
    options: "-c search_path=bullmq",
    // An end that nobody sees would leave a worker waiting for tickets on a dead connection.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
  });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

function onRedis(redis: Redis | Cluster, prefix: string): TicketQueue {
  const queue = new Queue(QUEUE_NAME, { connection: redis, prefix });
  queue.on("error", () => {});
  const common = commonOf(queue);
  return {
    mode: "redis",
    redis,
    ...common,
    work: ({ concurrency, process, onError }) => {
      // A blocking read needs a connection of its own that never gives up.
      const connection = redis instanceof Cluster ? redis.duplicate() : redis.duplicate();
      const options = { connection, prefix, concurrency, runRetryDelay: ASK_AGAIN_MS };
      const worker = new Worker(QUEUE_NAME, (job) => process(job.data as Ticket), options);
      const ours = workerOf(worker, onError);
      return { close: () => ours.close().finally(() => connection.disconnect()) };
    },
    close: () => common.close().finally(() => redis.disconnect()),
  };
}

/** What the two backends share: BullMQ's own interface is the same on both. */
function commonOf(queue: Pick<Queue, "addBulk" | "getJobCounts" | "close">) {
  return {
    add: async (tickets: Ticket[]) => {
      await queue.addBulk(tickets.map((data) => ({ name: "ticket", data, opts: JOB_OPTIONS })));
    },
    depth: async () => {
      const { waiting = 0, active = 0 } = await queue.getJobCounts("waiting", "active");
      return { waiting, active };
    },
    close: () => queue.close(),
  };
}

/** What is used of a BullMQ worker, whichever backend it has. */
interface AnyWorker {
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

function workerOf(worker: AnyWorker, onError: (error: Error) => void): TicketWorker {
  worker.on("error", (error: Error) => {
    // FLUSHALL took the ticket while it was worked on. Its messages are in PostgreSQL and settled there.
    if (!/missing key|missing lock/i.test(error.message)) onError(error);
  });
  return { close: () => worker.close() };
}

function connectRedis(settings: QueueSettings): Redis | Cluster | null {
  const { REDIS_USERNAME: username, REDIS_PASSWORD: password } = settings;
  const options: RedisOptions = {
    // What REDIS_URL says of them counts: it is given beside these.
    ...(username ? { username } : {}),
    ...(password ? { password, sentinelPassword: password } : {}),
    maxRetriesPerRequest: null,
    connectTimeout: 10_000,
    retryStrategy: (times) => Math.min(times * 200, 3_000),
  };
  const client = redisClient(settings, options);
  // Without a listener a lost connection would end the process; BullMQ and our loops report what fails.
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

/** `host:port` each. */
function nodes(list: string[]): { host: string; port: number }[] {
  return list.map((entry) => {
    const [host = "127.0.0.1", port = "6379"] = entry.split(":");
    return { host, port: Number(port) };
  });
}
