import type { ProbeResult } from "@smscrm/core/diagnosis/facts";
import { Redis } from "ioredis";

const LIMIT_MS = 5_000;

/** Does the runbook's `curl http://localhost:3002/health`. */
export async function askWorker(url: string): Promise<ProbeResult> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) })).ok ? "ok" : "unwell";
  } catch {
    return "no answer";
  }
}

/** Does the runbook's `redis-cli ping`. Workers report failures of Sentinels and a Cluster. */
export async function askRedis({ REDIS_URL }: { REDIS_URL?: string | undefined }): Promise<ProbeResult> {
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
