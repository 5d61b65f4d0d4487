/** Where the simulator takes its time from: the machine's clock, or a test's hand. Times are ms since 1970. */
export interface Clock {
  now(): number;
  /** Runs `task` once at or after `at`; the returned function calls it off. */
  wake(at: number, task: () => void): () => void;
}

/** Timers beyond 2^31 ms fire at once in JavaScript, so a long sleep is taken in steps. */
const LONGEST_SLEEP_MS = 3_600_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  wake(at, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, at - Date.now()), LONGEST_SLEEP_MS));
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until `advance(ms)`, so that ten hours of queueing take a test no time. */
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
