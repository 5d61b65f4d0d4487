export interface FairQueueLimits {
  /** The most tasks that run at once, over all keys. */
  atOnce: number;
  /** The most of one key: fewer than all, so that one tenant can't hold every place. */
  atOncePerKey: number;
  /** The most waiting tasks of one key; more are refused. */
  waitingPerKeyMax: number;
  /** A task that has waited longer than this is refused. */
  waitLimitMs: number;
  /** The error of a refused task. Only the key's own queue causes it, never another key's. */
  refusal: () => Error;
}

interface Waiting {
  begin: () => void;
}

/**
 * Shares a scarce resource (connections, cores) among keys, which are tenants or visitors. Each key has a limit and a
 * queue of its own, and free places go to the queues in turn. A key with many tasks delays only itself.
 */
export function createFairQueue({
  atOnce,
  atOncePerKey,
  waitingPerKeyMax,
  waitLimitMs,
  refusal,
}: FairQueueLimits) {
  let running = 0;
  const runningOf = new Map<string, number>();
  /** In the order of their turns: a key that gets a place moves to the end. */
  const queues = new Map<string, Waiting[]>();

  const mayBegin = (key: string) => running < atOnce && (runningOf.get(key) ?? 0) < atOncePerKey;

  function take(key: string): void {
    running += 1;
    runningOf.set(key, (runningOf.get(key) ?? 0) + 1);
  }

  function release(key: string): void {
    running -= 1;
    const left = runningOf.get(key)! - 1;
    if (left === 0) runningOf.delete(key);
    else runningOf.set(key, left);
    for (const [other, queue] of queues) {
      if (!mayBegin(other)) continue;
      const next = queue.shift()!;
      queues.delete(other);
      if (queue.length > 0) queues.set(other, queue);
      take(other);
      next.begin();
      return;
    }
  }

  function waitFor(key: string): Promise<void> {
    const queue = queues.get(key) ?? [];
    if (queue.length >= waitingPerKeyMax) throw refusal();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        begin: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiting), 1);
        if (queue.length === 0) queues.delete(key);
        reject(refusal());
      }, waitLimitMs);
      queue.push(waiting);
      queues.set(key, queue);
    });
  }

  return async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    // Waiting tasks go first: a place is free for a new task only while its key has none waiting.
    if (mayBegin(key) && !queues.has(key)) take(key);
    else await waitFor(key);
    try {
      return await work();
    } finally {
      release(key);
    }
  };
}
