import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createWatch } from "./watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const A = { tenantId: "acme", id: "a" };

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A value that changes on demand, and counts how often it was read. */
function source() {
  const state = { value: { n: 0 } as { n: number; at?: number } | null, reads: 0, fails: false };
  const read = async () => {
    state.reads += 1;
    if (state.fails) throw new Error("no database");
    return state.value && { ...state.value, at: state.reads };
  };
  return { state, read };
}

async function take(stream: AsyncGenerator<{ n: number }, void>) {
  const next = await stream.next();
  return next.done ? "ended" : next.value.n;
}

describe("watching", () => {
  it("reads at most twice a second, however many viewers there are, and not at all without viewers", async () => {
    const { state, read } = source();
    const { watch, watching } = createWatch<{ n: number }>();
    const leave = new AbortController();
    const streams = Array.from({ length: 50 }, () => watch(A, read, [leave.signal]));
    expect(await Promise.all(streams.map(take))).toEqual(Array(50).fill(0));
    const waiting = streams.map(take);
    await pass(10_000);
    expect(state.reads).toBeLessThanOrEqual(21);
    leave.abort();
    expect(await Promise.all(waiting)).toEqual(Array(50).fill("ended"));
    await pass(1_000);
    const reads = state.reads;
    await pass(10_000);
    expect(state.reads).toBe(reads);
    expect(watching()).toBe(0);
  });

  it("reads all values of one tenant twenty times a second at most, and another tenant's as often as ever", async () => {
    const { watch } = createWatch<{ n: number }>();
    const leave = new AbortController();
    const reads = { acme: 0, other: 0 };
    const follow = (tenantId: "acme" | "other", id: string) => {
      const read = async () => ({ n: ++reads[tenantId] });
      void watch({ tenantId, id }, read, [leave.signal]).next();
    };
    for (let id = 0; id < 80; id += 1) follow("acme", String(id));
    follow("other", "1");
    await pass(10_000);
    expect(reads.acme).toBeLessThanOrEqual(80 + 200);
    expect(reads.acme).toBeGreaterThan(150);
    expect(reads.other).toBeGreaterThanOrEqual(20);
    leave.abort();
  });

  it("reads less often when a read takes long, so that reads never take more than their share", async () => {
    let reads = 0;
    const { watch } = createWatch<{ n: number }>();
    const read = async () => {
      reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { n: reads };
    };
    const leave = new AbortController();
    const stream = watch(A, read, [leave.signal]);
    const first = take(stream);
    await pass(100);
    expect(await first).toBe(1);
    await pass(10_000);
    expect(reads).toBeGreaterThanOrEqual(5);
    expect(reads).toBeLessThanOrEqual(6);
    leave.abort();
  });

  it("sends a change to all viewers; a new read time is no change, and a slow viewer gets only the latest value", async () => {
    const { state, read } = source();
    const { watch } = createWatch<{ n: number }>();
    const leave = new AbortController();
    const [quick, slow] = [watch(A, read, [leave.signal]), watch(A, read, [leave.signal])];
    expect(await Promise.all([take(quick), take(slow)])).toEqual([0, 0]);
    for (const n of [1, 2, 3]) {
      state.value = { n };
      const next = take(quick);
      await pass(500);
      expect(await next).toBe(n);
    }
    expect(await take(slow)).toBe(3);
    leave.abort();
  });

  it("survives a failed read, and fails after several in a row", async () => {
    const { state, read } = source();
    const { watch } = createWatch<{ n: number }>();
    const stream = watch(A, read, []);
    expect(await take(stream)).toBe(0);
    state.fails = true;
    const next = take(stream);
    await pass(1_000);
    state.fails = false;
    state.value = { n: 7 };
    await pass(1_000);
    expect(await next).toBe(7);
    state.fails = true;
    const last = take(stream).catch((error: Error) => error.message);
    await pass(5_000);
    expect(await last).toBe("no database");
  });

  it("ends when the value no longer exists", async () => {
    const { state, read } = source();
    const { watch } = createWatch<{ n: number }>();
    const stream = watch(A, read, []);
    expect(await take(stream)).toBe(0);
    state.value = null;
    const next = take(stream);
    await pass(1_000);
    expect(await next).toBe("ended");
  });
});
