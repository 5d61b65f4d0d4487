/** A token bucket in segments. Negative tokens are debt of a long message. */
export type TokenBucket = { tokens: number; at: Date };

/** With a rate of zero someone must change it first: check again after this time. */
const NO_FLOW_WAIT_MS = 60_000;

/** A bucket holds at least one token, or a slow one could never send. */
const CAPACITY_MIN = 1;

/**
 * Returns the bucket at `now`. A clock that runs backwards changes nothing. @param segmentsPerSecond the refill rate;
 * `capacity` is the most it holds, in segments.
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
  return { tokens: Math.min(flowed, Math.max(capacity, CAPACITY_MIN)), at: now };
}

/**
 * Whether a bucket with these tokens may send a message now. One whole token is enough for a message of any length:
 * the rest is debt, which is paid back before the next message. So the average rate holds, a message longer than the
 * bucket can go, and short messages cannot starve a long one.
 */
export function maySend(tokens: number): boolean {
  return tokens >= 1;
}

/** Returns the time until the bucket has a whole token, in milliseconds, rounded up; 0 when it has one. */
export function waitMs(tokens: number, segmentsPerSecond: number): number {
  if (maySend(tokens)) return 0;
  if (!(segmentsPerSecond > 0)) return NO_FLOW_WAIT_MS;
  return Math.ceil(((1 - tokens) / segmentsPerSecond) * 1_000);
}
