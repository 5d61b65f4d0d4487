import { Redis } from "ioredis";
import type { World } from "../world/world.ts";

export async function restartPostgres(world: World): Promise<void> {
  world.note("postgres: ended at once and started again");
  await world.postgres.restartImmediately();
}

/** Every connection of the product is cut, the server stays. */
export async function cutConnections(world: World): Promise<void> {
  world.note("connections: all cut");
  await world.operator.run(
    (sql) => sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where pid <> pg_backend_pid() and application_name <> 'torture' and backend_type = 'client backend'`,
  );
}

/** All tickets are gone: FLUSHALL, or the queue's rows where there is no Redis. */
export async function loseTickets(world: World): Promise<void> {
  world.note("tickets: all lost");
  if (!world.redis) {
    await world.operator.run((sql) => sql`delete from bullmq.job`);
    return;
  }
  const redis = new Redis(world.redis.url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    await redis.connect();
    await redis.flushall();
  } catch {
    // It is being restarted: then everything is gone as well.
  } finally {
    redis.disconnect();
  }
}

export async function restartRedis(world: World): Promise<void> {
  if (!world.redis) return loseTickets(world);
  world.note("redis: killed and started again");
  await world.redis.restart();
}
