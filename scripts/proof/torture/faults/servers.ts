import { Redis } from "ioredis";
import type { Environment } from "../environment/environment.ts";

export async function restartPostgres(environment: Environment): Promise<void> {
  environment.note("postgres: stopped at once and started again");
  await environment.postgres.restartImmediately();
}

/** Cuts every connection of the product; the server keeps running. */
export async function cutConnections(environment: Environment): Promise<void> {
  environment.note("connections: all cut");
  await environment.operator.run(
    (sql) => sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where pid <> pg_backend_pid() and application_name <> 'torture' and backend_type = 'client backend'`,
  );
}

/** Deletes all tickets: FLUSHALL, or the queue's rows without Redis. */
export async function loseTickets(environment: Environment): Promise<void> {
  environment.note("tickets: all lost");
  if (!environment.redis) {
    await environment.operator.run((sql) => sql`delete from bullmq.job`);
    return;
  }
  const redis = new Redis(environment.redis.url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    await redis.connect();
    await redis.flushall();
  } catch {
    // It is being restarted, so everything is gone as well.
  } finally {
    redis.disconnect();
  }
}

export async function restartRedis(environment: Environment): Promise<void> {
  if (!environment.redis) return loseTickets(environment);
  environment.note("redis: killed and started again");
  await environment.redis.restart();
}
