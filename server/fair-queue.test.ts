import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createFairQueue } from "./fair-queue.ts";

const refusal = () => new Error("refused");
const limits = { atOnce: 3, atOncePerKey: 2, waitingPerKeyMax: 2, waitLimitMs: 5_000, refusal };

/** Work that ends on demand, and the order in which it began. */
function workshop(queue: ReturnType<typeof createFairQueue>) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (key: string, name: string) =>
    queue(key, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)!();
    await sleep(0);
  };
  return { begun, start, end };
}

describe("a fair queue", () => {
  it("gives one key its share and no more, while another starts at once", async () => {
    const { begun, start, end } = workshop(createFairQueue(limits));
    const all = ["b1", "b2", "b3", "b4"].map((name) => start("b", name));
    await sleep(0);
    expect(begun).toEqual(["b1", "b2"]);
    all.push(start("a", "a1"));
    await sleep(0);
    expect(begun).toEqual(["b1", "b2", "a1"]);
    for (const name of ["b1", "b2", "a1", "b3", "b4"]) await end(name);
    await Promise.all(all);
    expect(begun).toEqual(["b1", "b2", "a1", "b3", "b4"]);
  });

  it("gives a free place to the keys in turn, however many tasks one key queues", async () => {
    const { begun, start, end } = workshop(createFairQueue({ ...limits, atOnce: 1, waitingPerKeyMax: 9 }));
    const all = ["b1", "b2", "b3", "b4"].map((name) => start("b", name));
    all.push(start("a", "a1"), start("a", "a2"));
    for (const name of ["b1", "b2", "a1", "b3", "a2", "b4"]) {
      await sleep(0);
      await end(name);
    }
    await Promise.all(all);
    expect(begun).toEqual(["b1", "b2", "a1", "b3", "a2", "b4"]);
  });

  it("refuses tasks of one key beyond its queue, and no other key's", async () => {
    const { begun, start, end } = workshop(createFairQueue(limits));
    const all = ["b1", "b2", "b3", "b4"].map((name) => start("b", name));
    await expect(start("b", "b5")).rejects.toThrow("refused");
    all.push(start("a", "a1"));
    await sleep(0);
    expect(begun).toContain("a1");
    for (const name of ["b1", "b2", "a1", "b3", "b4"]) await end(name);
    await Promise.all(all);
  });

  it("refuses a task that waited too long, and drops it from the queue", async () => {
    const { begun, start, end } = workshop(createFairQueue({ ...limits, waitLimitMs: 20 }));
    const all = ["b1", "b2"].map((name) => start("b", name));
    await expect(start("b", "b3")).rejects.toThrow("refused");
    await end("b1");
    await end("b2");
    await Promise.all(all);
    const after = start("b", "b4");
    await sleep(0);
    expect(begun).toEqual(["b1", "b2", "b4"]);
    await end("b4");
    await after;
  });

  it("frees the place of a task that fails", async () => {
    const queue = createFairQueue({ ...limits, atOncePerKey: 1 });
    await expect(queue("a", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await queue("a", async () => "next")).toBe("next");
  });
});
