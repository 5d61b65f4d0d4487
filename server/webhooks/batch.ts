/** The most events that are committed together. */
const TOGETHER_MIN = 32;
const TOGETHER_MAX = 200;

/** Commits that run at once. */
const COMMITS_MAX = 2;

/** The most waiting events. Beyond it the carrier gets a 503 and repeats the request. */
const WAITING_MAX = 5_000;

interface Waiting<T> {
  event: T;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Commits events that arrive at the same time together. `add` resolves once its own event is committed and rejects if
 * that commit failed; null means that the queue is full. Few commits run at once, so that under load the batches
 * grow, not the number of transactions. Waiting events are divided among the commits: with all of them in one batch
 * the callers, the database and this process would each wait for the other two.
 */
export function createBatch<T>(commit: (events: T[]) => Promise<void>, onBatch: (size: number) => void) {
  const waiting: Waiting<T>[] = [];
  let running = 0;
  let gathering = false;

  function schedule(): void {
    if (gathering || waiting.length === 0 || running >= COMMITS_MAX) return;
    gathering = true;
    // After the other events of this turn of the event loop.
    setTimeout(() => {
      gathering = false;
      if (running >= COMMITS_MAX) return;
      void flush();
      schedule();
    });
  }

  async function flush(): Promise<void> {
    const share = Math.ceil(waiting.length / COMMITS_MAX);
    const together = waiting.splice(0, Math.min(TOGETHER_MAX, Math.max(TOGETHER_MIN, share)));
    if (together.length === 0) return;
    running += 1;
    onBatch(together.length);
    try {
      await commit(together.map(({ event }) => event));
      for (const { done } of together) done();
    } catch (error) {
      for (const { failed } of together) failed(error);
    } finally {
      running -= 1;
      schedule();
    }
  }

  return {
    add(event: T): Promise<void> | null {
      if (waiting.length >= WAITING_MAX) return null;
      return new Promise((done, failed) => {
        waiting.push({ event, done, failed });
        schedule();
      });
    },
  };
}
