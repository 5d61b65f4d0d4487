/** Shortest time between two reads of the same thing, however many people look: at most two a second. */
const INTERVAL_MS = 500;
/** Where a reading takes long, the database is busy with more than being looked at: the next one waits so many times as long. */
const REST_PER_READING = 20;
const LONGEST_INTERVAL_MS = 5_000;

/** A failed read is tried again; after so many in a row the streams fail, and the browsers come back by themselves. */
const MOST_FAILURES = 5;

interface Watched<T> {
  /** Counts changes, so that a slow viewer skips to the latest instead of queueing them all. */
  version: number;
  latest: T | undefined;
  serialized: string;
  viewers: number;
  wake: Set<() => void>;
  ended: boolean;
  /** Why it ended, where the reads failed. */
  failure?: unknown;
}

/**
 * Live values for many viewers: one reader per key and process, which starts with the first viewer, stops with the
 * last, and tells a change (by its JSON) to all. Null from `read` ends the streams: the thing is gone.
 */
export function createWatch<T>(onViewers: (change: 1 | -1) => void = () => {}) {
  const watched = new Map<string, Watched<T>>();

  /** Reads until nobody looks. Its waits are the interval, so it ends within one of the last viewer leaving. */
  async function readOn(key: string, entry: Watched<T>, read: () => Promise<T | null>): Promise<void> {
    let failures = 0;
    for (let took = 0; entry.viewers > 0 && !entry.ended; await pause(entry, took)) {
      const from = performance.now();
      try {
        const value = await read();
        failures = 0;
        if (value === null) entry.ended = true;
        else publish(entry, value);
      } catch (error) {
        failures += 1;
        if (failures < MOST_FAILURES) continue;
        entry.failure = error;
        entry.ended = true;
      } finally {
        took = performance.now() - from;
      }
    }
    entry.ended = true;
    if (watched.get(key) === entry) watched.delete(key);
    for (const wake of entry.wake) wake();
  }

  function join(key: string, read: () => Promise<T | null>): Watched<T> {
    const known = watched.get(key);
    if (known && !known.ended) {
      known.viewers += 1;
      return known;
    }
    const entry: Watched<T> = {
      version: 0,
      latest: undefined,
      serialized: "",
      viewers: 1,
      wake: new Set(),
      ended: false,
    };
    watched.set(key, entry);
    void readOn(key, entry, read);
    return entry;
  }

  /** The value at once, then after every change, until one of the signals aborts or the thing is gone. */
  async function* watch(
    key: string,
    read: () => Promise<T | null>,
    signals: readonly (AbortSignal | undefined)[],
  ): AsyncGenerator<T, void> {
    const signal = AbortSignal.any(signals.filter((one) => one !== undefined));
    const entry = join(key, read);
    onViewers(1);
    try {
      let seen = 0;
      while (!signal.aborted) {
        if (entry.version === seen && !entry.ended) await change(entry, signal);
        if (signal.aborted) return;
        if (entry.version === seen) {
          if (entry.failure !== undefined) throw entry.failure;
          return;
        }
        seen = entry.version;
        yield entry.latest as T;
      }
    } finally {
      entry.viewers -= 1;
      onViewers(-1);
    }
  }

  return { watch, watching: () => watched.size };
}

function pause(entry: { ended: boolean }, tookMs: number): Promise<void> | undefined {
  const ms = Math.min(LONGEST_INTERVAL_MS, Math.max(INTERVAL_MS, tookMs * REST_PER_READING));
  return entry.ended ? undefined : new Promise((resolve) => setTimeout(resolve, ms));
}

function publish<T>(entry: Watched<T>, value: T): void {
  const serialized = withoutClock(value);
  if (serialized === entry.serialized) return;
  entry.serialized = serialized;
  entry.latest = value;
  entry.version += 1;
  for (const wake of entry.wake) wake();
}

/** `at` is when it was read: a value that differs in nothing else has not changed. */
function withoutClock(value: unknown): string {
  return JSON.stringify(value, (key, part) => (key === "at" ? undefined : part));
}

/** Until the entry changes or ends, or the viewer leaves. */
function change(entry: { wake: Set<() => void> }, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      entry.wake.delete(done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    entry.wake.add(done);
    signal.addEventListener("abort", done, { once: true });
  });
}
