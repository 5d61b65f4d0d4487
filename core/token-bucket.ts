/** A token bucket in segments. Tokens below zero are owed, by a long message that went on credit. */
export type TokenBucket = { tokens: number; at: Date };

/** Where nothing flows (a rate of zero), somebody has to change it: look again after this long. */
const NO_FLOW_WAIT_MS = 60_000;

/** A bucket holds one token at least, or a slow one could never send anything. */
const SMALLEST_CAPACITY = 1;

/**
 * The bucket as it stands at `now`. Time that runs backwards adds nothing and takes nothing.
 * @param segmentsPerSecond what flows in; `capacity` is the most it holds, in segments.
 */
export function refill(
  bucket: TokenBucket,
  segmentsPerSecond: number,
  capacity: number,
  now: Date,
): TokenBucket {
  const elapsedMs = now.getTime() - bucket.at.getTime();
  if (elapsedMs <= 0) return bucket;
  const flowed = bucket.tokens + (elapsedMs / 1_000) * Math.max(0, segmentsPerSecond);
  return { tokens: Math.min(flowed, Math.max(capacity, SMALLEST_CAPACITY)), at: now };
}

/**
 * The bucket after a message of so many segments, or null when it has to wait. One whole token is enough for a
 * message of any length: the rest is owed and paid back before the next. So the rate holds on average, a message
 * longer than the bucket can still go, and short messages cannot starve a long one.
 */
export function take(bucket: TokenBucket, segments: number): TokenBucket | null {
  return maySend(bucket.tokens) ? { tokens: bucket.tokens - segments, at: bucket.at } : null;
}

/** Whether a bucket with so many tokens may send a message now. */
export function maySend(tokens: number): boolean {
  return tokens >= 1;
}

/** How long until one whole token is there, in whole milliseconds, rounded up; 0 when it is. */
export function waitMs(tokens: number, segmentsPerSecond: number): number {
  if (maySend(tokens)) return 0;
  if (!(segmentsPerSecond > 0)) return NO_FLOW_WAIT_MS;
  return Math.ceil(((1 - tokens) / segmentsPerSecond) * 1_000);
}
