/**
 * Lets so many pieces of work run at once and so many wait; more are refused with what `refusal` makes. For work
 * that costs a core: a crowd must not stop everything else.
 */
export function createTurns(atOnce: number, mostWaiting: number, refusal: () => Error) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) throw refusal();
      // Whoever finishes hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
