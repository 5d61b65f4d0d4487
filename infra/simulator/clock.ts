/** The simulator's time source: the machine's clock, or a test's manual clock. Times are ms since 1970. */
export interface Clock {
  now(): number;
  /** Runs `task` once at or after `at`; the returned function cancels it. */
  wake(at: number, task: () => void): () => void;
}

/** JavaScript fires timers beyond 2^31 ms at once, so a long sleep is split into steps. */
const SLEEP_MS_MAX = 3_600_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  wake(at, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, at - Date.now()), SLEEP_MS_MAX));
    return () => clearTimeout(timer);
  },
};

/** Returns a clock that stands still until `advance(ms)`, so that a test passes ten hours of queueing at once. */
export function createManualClock(start: number): Clock & { advance(ms: number): void } {
  let now = start;
  const pending = new Set<{ at: number; task: () => void }>();
  const firstDue = (until: number) => {
    let first: { at: number; task: () => void } | null = null;
    for (const entry of pending)
      if (entry.at <= until && (first === null || entry.at < first.at)) first = entry;
    return first;
  };
  return {
    now: () => now,
    wake(at, task) {
      const entry = { at, task };
      pending.add(entry);
      return () => pending.delete(entry);
    },
    advance(ms) {
      const until = now + ms;
      for (let due = firstDue(until); due !== null; due = firstDue(until)) {
        pending.delete(due);
        now = Math.max(now, due.at);
        due.task();
      }
      now = until;
    },
  };
}
