/** Among messages that may go at the same moment, the whole order lies within so long of it: nobody waits for it. */
export const ORDER_SPREAD_MS = 1_000;

/** Windows that close later than this count as one: a day decides who still gets a text today. */
const FURTHEST_MS = 24 * 60 * 60 * 1_000;

/**
 * By how much a message comes after the first of those that may go at the same moment, in milliseconds with fractions:
 * the sooner its window closes the less, so that whoever can be texted longest waits. Without an end it comes last.
 * Two closings a minute apart are 0.7 ms apart, which a timestamp of microseconds tells.
 *
 * @param closesAt when the recipient's window closes; null: never, or it is not open.
 */
export function deadlineOffsetMs(closesAt: Date | null, from: Date): number {
  if (closesAt === null) return ORDER_SPREAD_MS;
  const leftMs = Math.max(0, closesAt.getTime() - from.getTime());
  return (Math.min(leftMs, FURTHEST_MS) / FURTHEST_MS) * ORDER_SPREAD_MS;
}
