/** The ends of the classes of delivery times, in seconds; the last class has no end. */
export const LATENCY_ENDS_SECONDS = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90, 120, 180, 300, 600, 1800, 3600,
] as const;

/**
 * Returns the time within which a share (0 to 1) of the messages was delivered, in seconds: the end of its class. Null: there
 * are no messages, or it took longer than the last end.
 */
export function latencyWithin(classes: readonly number[], share: number): number | null {
  const total = classes.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [at, count] of classes.entries()) {
    seen += count;
    if (seen >= total * share) return LATENCY_ENDS_SECONDS[at] ?? null;
  }
  return null;
}

/** Returns the sum of the classes of several hours. */
export function addClasses(hours: readonly (readonly number[])[]): number[] {
  return Array.from({ length: LATENCY_ENDS_SECONDS.length + 1 }, (_, at) =>
    hours.reduce((sum, classes) => sum + (classes[at] ?? 0), 0),
  );
}
