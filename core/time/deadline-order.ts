/** The order of messages that are due at the same time fits into this span, so nobody waits for it. */
export const ORDER_SPREAD_MS = 1_000;

/** Windows that close later than this count as equal: only the next day matters. */
const HORIZON_MS = 24 * 60 * 60 * 1_000;

/**
 * Returns the offset of a message among those due at the same time, in milliseconds with fractions. The sooner its
 * window closes, the smaller the offset; without an end it comes last. Two closings a minute apart differ by 0.7 ms,
 * which a timestamp in microseconds can store.
 *
 * @param closesAt when the recipient's window closes; null: never, or it is not open.
 */
export function deadlineOffsetMs(closesAt: Date | null, from: Date): number {
  if (closesAt === null) return ORDER_SPREAD_MS;
  const leftMs = Math.max(0, closesAt.getTime() - from.getTime());
  return (Math.min(leftMs, HORIZON_MS) / HORIZON_MS) * ORDER_SPREAD_MS;
}
