/** The shortest time between two reads of the same value, however many viewers: at most two a second. */
const INTERVAL_MS = 500;
/** A slow read means that the database is busy, so the next one waits this many times as long. */
const REST_PER_READING = 20;
const INTERVAL_MS_MAX = 5_000;
/**
 * All values of one tenant together are read at most this often, or the open pages of one would keep the process busy.
 * One browser follows ten campaigns twice a second.
 */
const READS_PER_SECOND = 20;

/** A failed read is retried. After this many in a row the streams fail, and the browsers reconnect. */
const FAILURES_MAX = 5;

interface Watched<T> {
  /** Counts changes, so that a slow viewer skips to the latest value and queues nothing. */
  version: number;
  latest: T | undefined;
  serialized: string;
  viewers: number;
  wake: Set<() => void>;
  ended: boolean;
  /** The last error, if the reads failed. */
  failure?: unknown;
}

/**
 * Live values for many viewers. One reader per key and process starts with the first viewer, stops with the last, and
 * sends each change (compared as JSON) to all. When `read` returns null the streams end.
 */
export function createWatch<T>() {
  const watched = new Map<string, Watched<T>>();
  const valuesOf = new Map<string, number>();

  /** Reads until nobody watches. It waits at most one interval, so it ends soon after the last viewer leaves. */
  async function readOn(
    tenantId: string,
    key: string,
    entry: Watched<T>,
    read: () => Promise<T | null>,
  ): Promise<void> {
    let failures = 0;
    valuesOf.set(tenantId, (valuesOf.get(tenantId) ?? 0) + 1);
    const rest = (took: number) =>
      pause(entry, Math.max(took * REST_PER_READING, (valuesOf.get(tenantId)! / READS_PER_SECOND) * 1_000));
    for (let took = 0; entry.viewers > 0 && !entry.ended; await rest(took)) {
      const from = performance.now();
      try {
        const value = await read();
        failures = 0;
        if (value === null) entry.ended = true;
        else publish(entry, value);
      } catch (error) {
        failures += 1;
        if (failures < FAILURES_MAX) continue;
        entry.failure = error;
        entry.ended = true;
      } finally {
        took = performance.now() - from;
      }
    }
    entry.ended = true;
    const left = valuesOf.get(tenantId)! - 1;
    if (left === 0) valuesOf.delete(tenantId);
    else valuesOf.set(tenantId, left);
    if (watched.get(key) === entry) watched.delete(key);
    for (const wake of entry.wake) wake();
  }

  function join(tenantId: string, key: string, read: () => Promise<T | null>): Watched<T> {
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
    void readOn(tenantId, key, entry, read);
    return entry;
  }

  /** Yields the value at once, then after every change, until a signal aborts or the value no longer exists. */
  async function* watch(
    { tenantId, id }: { tenantId: string; id: string },
    read: () => Promise<T | null>,
    signals: readonly (AbortSignal | undefined)[],
  ): AsyncGenerator<T, void> {
    const signal = AbortSignal.any(signals.filter((one) => one !== undefined));
    const entry = join(tenantId, `${tenantId} ${id}`, read);
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
    }
  }

  return { watch, watching: () => watched.size };
}

function pause(entry: { ended: boolean }, restMs: number): Promise<void> | undefined {
  const ms = Math.min(INTERVAL_MS_MAX, Math.max(INTERVAL_MS, restMs));
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

/** Removes `at`, the time of the read: a value that differs only there has not changed. */
function withoutClock(value: unknown): string {
  return JSON.stringify(value, (key, part) => (key === "at" ? undefined : part));
}

/** Resolves when the entry changes or ends, or the viewer leaves. */
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
