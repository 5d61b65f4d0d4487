/** Events that are committed together: as many as wait for each of the commits that may run, within these. */
const FEWEST_TOGETHER = 32;
const MOST_TOGETHER = 200;

/** Commits that run at once. */
const MOST_COMMITS = 2;

/** What waits at most: beyond it callers are told to come back (the carrier repeats what was not taken). */
const MOST_WAITING = 5_000;

interface Waiting<T> {
  event: T;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Gathers events that come at the same time into one commit. `add` resolves once its own event is committed and
 * rejects where that commit failed; null says that the queue is full. Few commits run at once, so that under load the
 * batches grow instead of the number of transactions. What waits is shared out between them: with everybody in one
 * batch the callers, the database and this process would each wait for the other two.
 */
export function createBatch<T>(commit: (events: T[]) => Promise<void>, onBatch: (size: number) => void) {
  const waiting: Waiting<T>[] = [];
  let running = 0;
  let gathering = false;

  function schedule(): void {
    if (gathering || waiting.length === 0 || running >= MOST_COMMITS) return;
    gathering = true;
    // After what else has come in this turn of the event loop.
    setTimeout(() => {
      gathering = false;
      if (running >= MOST_COMMITS) return;
      void flush();
      schedule();
    });
  }

  async function flush(): Promise<void> {
    const share = Math.ceil(waiting.length / MOST_COMMITS);
    const together = waiting.splice(0, Math.min(MOST_TOGETHER, Math.max(FEWEST_TOGETHER, share)));
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
      if (waiting.length >= MOST_WAITING) return null;
      return new Promise((done, failed) => {
        waiting.push({ event, done, failed });
        schedule();
      });
    },
  };
}
