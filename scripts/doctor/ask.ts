import type { Asked } from "@smscrm/core/diagnosis/facts";
import { Redis } from "ioredis";

const LIMIT_MS = 5_000;

/** The runbook's `curl http://localhost:3002/health`. */
export async function askWorker(url: string): Promise<Asked> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) })).ok ? "ok" : "unwell";
  } catch {
    return "no answer";
  }
}

/** The runbook's `redis-cli ping`. Sentinels and a Cluster are seen through the workers, which say so when they fail. */
export async function askRedis({ REDIS_URL }: { REDIS_URL?: string | undefined }): Promise<Asked> {
  if (!REDIS_URL) return "not used";
  const redis = new Redis(REDIS_URL, {
    connectTimeout: LIMIT_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
    lazyConnect: true,
  });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === "PONG" ? "ok" : "unwell";
  } catch {
    return "no answer";
  } finally {
    redis.disconnect();
  }
}
