import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createWorkLimiter, TooMuchWork, type WorkLimits } from "./work-limiter.ts";

const LIMITS: WorkLimits = {
  ...{ atOnce: 3, atOnceWhenBusy: 1, msPerSecond: 1_000, savedMsMax: 100, owedMsMax: 60 },
  ...{ waitingMax: 4, waitLimitMs: 5_000 },
};

/** Work that ends on demand, with a cost that the test chooses. */
function workshop(limits: Partial<WorkLimits> = {}, isContended?: () => boolean) {
  const limiter = createWorkLimiter({ ...LIMITS, ...limits }, isContended);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (key: string, name: string, costMs: number, signal?: AbortSignal) => {
    const work = () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    };
    return limiter(key, work, { costOf: () => costMs, ...(signal ? { signal } : {}) });
  };
  const end = async (name: string) => {
    ends.get(name)!();
    await sleep(0);
  };
  return { begun, start, end };
}

describe("a limiter of work", () => {
  it("lets a rested key begin several at once, and one at a time when half of its savings are used", async () => {
    const { begun, start, end } = workshop({ msPerSecond: 0.001 });
    const all = ["a1", "a2", "a3", "a4"].map((name) => start("a", name, 20));
    await sleep(0);
    expect(begun).toEqual(["a1", "a2", "a3"]);
    await end("a1");
    expect(begun).toEqual(["a1", "a2", "a3", "a4"]);
    await end("a2");
    await end("a3");
    all.push(start("a", "a5", 1), start("a", "a6", 1));
    await sleep(0);
    expect(begun).not.toContain("a5");
    await end("a4");
    expect(begun.slice(4)).toEqual(["a5"]);
    await end("a5");
    await end("a6");
    await Promise.all(all);
  });

  it("makes a key without savings wait until it has some, and no other key", async () => {
    const { begun, start, end } = workshop();
    const costly = start("b", "b1", 1_000);
    await end("b1");
    await costly;
    const from = performance.now();
    const next = start("b", "b2", 1);
    await sleep(0);
    const other = start("a", "a1", 1);
    await sleep(0);
    expect(begun).toEqual(["b1", "a1"]);
    await expect.poll(() => begun).toContain("b2");
    // It owes at most 60 ms, and gets one back in each.
    expect(performance.now() - from).toBeGreaterThan(50);
    await end("b2");
    await end("a1");
    await Promise.all([next, other]);
  });

  it("limits only the number at once while nobody else is there", async () => {
    const { begun, start, end } = workshop({}, () => false);
    const all = ["a1", "a2", "a3"].map((name) => start("a", name, 10_000));
    for (const name of ["a1", "a2", "a3"]) await end(name);
    all.push(start("a", "a4", 1));
    await sleep(0);
    expect(begun).toContain("a4");
    await end("a4");
    await Promise.all(all);
  });

  it("refuses what waits too long or in too long a line, and says when to come back", async () => {
    const { start, end } = workshop({ msPerSecond: 10, waitLimitMs: 30 });
    const costly = start("b", "b1", 1_000);
    await end("b1");
    await costly;
    const waiting = Array.from({ length: 4 }, (_, at) => start("b", `w${at}`, 1));
    const refused = await start("b", "w5", 1).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TooMuchWork);
    expect((refused as TooMuchWork).retryAfterSeconds).toBe(6);
    for (const one of waiting) await expect(one).rejects.toBeInstanceOf(TooMuchWork);
  });

  it("forgets a request whose sender has gone", async () => {
    const { begun, start, end } = workshop();
    const all = ["a1", "a2", "a3"].map((name) => start("a", name, 1));
    const gone = new AbortController();
    const left = start("a", "a4", 1, gone.signal);
    gone.abort();
    await expect(left).rejects.toThrow();
    all.push(start("a", "a5", 1));
    for (const name of ["a1", "a2", "a3", "a5"]) await end(name);
    await Promise.all(all);
    expect(begun).toEqual(["a1", "a2", "a3", "a5"]);
  });

  it("frees the place of work that fails", async () => {
    const limiter = createWorkLimiter({ ...LIMITS, atOnce: 1 });
    await expect(limiter("a", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await limiter("a", async () => "next")).toBe("next");
  });

  it("costs little for many keys, and keeps what one of them owes", async () => {
    const limiter = createWorkLimiter({ ...LIMITS, msPerSecond: 1 });
    await limiter("owes", async () => {}, { costOf: () => 1_000 });
    const from = performance.now();
    for (let key = 0; key < 40_000; key += 1)
      await limiter(`key ${key}`, async () => {}, { costOf: () => 0 });
    expect(performance.now() - from).toBeLessThan(5_000);
    const waits = limiter("owes", async () => {}, { signal: AbortSignal.timeout(20) });
    await expect(waits).rejects.toThrow();
  });
});
