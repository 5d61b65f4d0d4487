import type { Clock } from "./clock.ts";

/** Tasks due within the same tick share one bucket: one timer serves half a million messages. */
const TICK_MS = 5;

export interface Wheel {
  /** Runs `task` at `due` (ms since 1970) or up to one tick later; tasks of one tick run in the given order. */
  at(due: number, task: () => void): void;
  size(): number;
  /** Drops all tasks. */
  clear(): void;
  /** Drops all tasks, and ignores later ones. */
  close(): void;
}

/** A calendar of tasks: buckets by tick, and a binary heap of the ticks that have one. */
export function createWheel(clock: Clock): Wheel {
  const buckets = new Map<number, (() => void)[]>();
  const ticks: number[] = [];
  let size = 0;
  let armedTick = Number.POSITIVE_INFINITY;
  let disarm = () => {};
  let closed = false;

  const arm = () => {
    const next = ticks[0];
    if (next === undefined || next >= armedTick) return;
    disarm();
    armedTick = next;
    disarm = clock.wake(next * TICK_MS, runDue);
  };

  function runDue(): void {
    armedTick = Number.POSITIVE_INFINITY;
    const nowTick = Math.floor(clock.now() / TICK_MS);
    while (ticks.length > 0 && ticks[0]! <= nowTick) {
      const tick = popSmallest(ticks);
      const tasks = buckets.get(tick) ?? [];
      buckets.delete(tick);
      size -= tasks.length;
      for (const task of tasks) task();
    }
    arm();
  }

  function clear(): void {
    disarm();
    armedTick = Number.POSITIVE_INFINITY;
    buckets.clear();
    ticks.length = 0;
    size = 0;
  }

  return {
    at(due, task) {
      if (closed) return;
      const tick = Math.ceil(due / TICK_MS);
      const bucket = buckets.get(tick);
      if (bucket === undefined) {
        buckets.set(tick, [task]);
        push(ticks, tick);
      } else bucket.push(task);
      size += 1;
      arm();
    },
    size: () => size,
    clear,
    close() {
      closed = true;
      clear();
    },
  };
}

function push(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]! <= value) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = value;
}

function popSmallest(heap: number[]): number {
  const smallest = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return smallest;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
    if (heap[child]! >= last) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return smallest;
}
