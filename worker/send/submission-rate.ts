import type { Cluster, Redis } from "ioredis";

/** How long the operators' key of sends per minute is kept. */
const KEEP_SECONDS = 2 * 60 * 60;
const FLUSH_MS = 250;

/**
 * Counts submissions per tenant and unix minute under `rate:tenant:<tenant id>:<minute>`, for the operators' runbook.
 * Nothing depends on it, so a lost count is no error.
 */
export function countSubmissionsIn(
  redis: Redis | Cluster | null,
): (tenantId: string, messages: number) => void {
  if (!redis) return () => {};
  const counts = new Map<string, number>();
  let flushing = false;
  const flush = () => {
    flushing = false;
    for (const [key, count] of counts) {
      redis
        .incrby(key, count)
        .then(() => redis.expire(key, KEEP_SECONDS))
        .catch(() => {});
    }
    counts.clear();
  };
  return (tenantId, messages) => {
    const key = `rate:tenant:${tenantId}:${Math.floor(Date.now() / 60_000)}`;
    counts.set(key, (counts.get(key) ?? 0) + messages);
    if (!flushing) setTimeout(flush, FLUSH_MS);
    flushing = true;
  };
}
