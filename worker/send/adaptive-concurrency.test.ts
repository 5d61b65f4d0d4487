import fc from "fast-check";
import { expect, test } from "vitest";
import { AdaptiveConcurrency } from "./adaptive-concurrency.ts";

const inAMinute = () => performance.now() + 60_000;

test("never more requests at once than allowed, in any order of events, and every caller gets an answer", async () => {
  const kinds = ["take", "give", "begin", "end", "slow", "well"] as const;
  const step = fc.record({ kind: fc.constantFrom(...kinds), most: fc.integer({ min: 1, max: 120 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 64 }),
      fc.array(step, { maxLength: 80 }),
      async (limit, steps) => {
        const concurrency = new AdaptiveConcurrency(limit);
        let [waiting, claimed, beginning, underWay] = [0, 0, 0, 0];
        const begin = () => {
          claimed -= 1;
          beginning += 1;
          void concurrency.acquire(inAMinute()).then(() => {
            beginning -= 1;
            underWay += 1;
          });
        };
        const end = (tookMs: number) => {
          underWay -= 1;
          concurrency.finish(tookMs);
        };
        for (const { kind, most } of steps) {
          const before = concurrency.underWay;
          if (kind === "slow") concurrency.slowDown();
          if (kind === "well") concurrency.wentWell();
          if (kind === "give" && claimed > 0) {
            claimed -= 1;
            concurrency.release(1);
          }
          if (kind === "begin" && claimed > 0) begin();
          if (kind === "end" && underWay > 0) end(most);
          if (kind === "take") {
            waiting += 1;
            void concurrency.reserve(most).then((taken) => {
              waiting -= 1;
              expect(taken).toBeGreaterThanOrEqual(1);
              expect(taken).toBeLessThanOrEqual(most);
              claimed += taken;
            });
          }
          await Promise.resolve();
          expect(concurrency.reserved).toBe(claimed + beginning + underWay);
          expect(concurrency.underWay).toBe(underWay);
          // None starts beyond what is allowed now; a halving does not end the running ones.
          expect(underWay).toBeLessThanOrEqual(Math.max(concurrency.allowed, before));
          expect(concurrency.reserved).toBeLessThanOrEqual(2 * limit);
          expect(concurrency.allowed).toBeGreaterThanOrEqual(1);
        }
        for (let round = 0; round < 2_000 && (waiting > 0 || concurrency.reserved > 0); round += 1) {
          if (claimed > 0) begin();
          if (underWay > 0) end(1);
          await Promise.resolve();
        }
        expect({ waiting, taken: concurrency.reserved }).toEqual({ waiting: 0, taken: 0 });
      },
    ),
  );
});

test("nothing is claimed ahead of its slot before the carrier's response time is known", async () => {
  const concurrency = new AdaptiveConcurrency(8);
  expect(await concurrency.reserve(100)).toBe(8);
  expect(concurrency.ahead).toBe(0);
});

test("claims ahead as many as soon find a slot: all with a quick carrier, hardly any with a slow one", async () => {
  const carrier = async (tookMs: number) => {
    const concurrency = new AdaptiveConcurrency(100);
    await concurrency.reserve(1);
    await concurrency.acquire(inAMinute());
    concurrency.finish(tookMs);
    return concurrency.ahead;
  };
  expect(await Promise.all([1, 50, 150, 1_500, 10_000].map(carrier))).toEqual([100, 100, 50, 5, 0]);
});

test("a message without a slot in time gets an answer, even if the carrier gives none, and the others keep their slots", async () => {
  const concurrency = new AdaptiveConcurrency(1);
  await concurrency.reserve(1);
  expect(await concurrency.acquire(inAMinute())).toBe(true);
  const late = concurrency.acquire(performance.now() + 20);
  const patient = concurrency.acquire(performance.now() + 60_000);
  expect(await late).toBe(false);
  concurrency.finish(50);
  expect(await patient).toBe(true);
  expect(concurrency.underWay).toBe(1);
});

test("a burst of 429s halves the limit once, a lasting one again and again", () => {
  const concurrency = new AdaptiveConcurrency(16);
  for (let answer = 0; answer < 16; answer += 1) concurrency.slowDown();
  expect(concurrency.allowed).toBe(8);
  concurrency.slowDown();
  expect(concurrency.allowed).toBe(4);
  for (let answer = 0; answer < 50; answer += 1) concurrency.slowDown();
  expect(concurrency.allowed).toBe(1);
});

test("successes raise the limit back to its maximum and no further", () => {
  const concurrency = new AdaptiveConcurrency(16);
  concurrency.slowDown();
  for (let time = 0; time < 1_000; time += 1) concurrency.wentWell();
  expect(concurrency.allowed).toBe(16);
});

test("a halving keeps claimed messages from starting until there is room", async () => {
  const concurrency = new AdaptiveConcurrency(4);
  await concurrency.reserve(4);
  const begun: number[] = [];
  for (const each of [1, 2, 3, 4]) void concurrency.acquire(inAMinute()).then(() => begun.push(each));
  concurrency.slowDown();
  await Promise.resolve();
  expect(concurrency.underWay).toBe(4);
  for (let answer = 0; answer < 3; answer += 1) concurrency.finish(50);
  await concurrency.reserve(2);
  const third = concurrency.acquire(inAMinute());
  expect(await third).toBe(true);
  const waiting = concurrency.acquire(performance.now() + 20);
  expect(await waiting).toBe(false);
});

test("after halvings one request without an answer does not stop the others", async () => {
  const concurrency = new AdaptiveConcurrency(32);
  while (concurrency.allowed > 4) concurrency.slowDown();
  const hanging = await concurrency.reserve(1);
  let others = 0;
  void concurrency.reserve(100).then((taken) => {
    others = taken;
  });
  await Promise.resolve();
  expect(others).toBe(3);
  expect(concurrency.reserved).toBe(hanging + others);
});
