import fc from "fast-check";
import { expect, test } from "vitest";
import { Slots } from "./slots.ts";

const inAMinute = () => performance.now() + 60_000;

test("never more at once than allowed, whatever comes in whatever order, and nobody waits for ever", async () => {
  const kinds = ["take", "give", "begin", "end", "slow", "well"] as const;
  const step = fc.record({ kind: fc.constantFrom(...kinds), most: fc.integer({ min: 1, max: 120 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 64 }),
      fc.array(step, { maxLength: 80 }),
      async (limit, steps) => {
        const slots = new Slots(limit);
        let [waiting, claimed, beginning, underWay] = [0, 0, 0, 0];
        const begin = () => {
          claimed -= 1;
          beginning += 1;
          void slots.begin(inAMinute()).then(() => {
            beginning -= 1;
            underWay += 1;
          });
        };
        const end = (tookMs: number) => {
          underWay -= 1;
          slots.end(tookMs);
        };
        for (const { kind, most } of steps) {
          const before = slots.underWay;
          if (kind === "slow") slots.slowDown();
          if (kind === "well") slots.wentWell();
          if (kind === "give" && claimed > 0) {
            claimed -= 1;
            slots.give(1);
          }
          if (kind === "begin" && claimed > 0) begin();
          if (kind === "end" && underWay > 0) end(most);
          if (kind === "take") {
            waiting += 1;
            void slots.take(most).then((taken) => {
              waiting -= 1;
              expect(taken).toBeGreaterThanOrEqual(1);
              expect(taken).toBeLessThanOrEqual(most);
              claimed += taken;
            });
          }
          await Promise.resolve();
          expect(slots.taken).toBe(claimed + beginning + underWay);
          expect(slots.underWay).toBe(underWay);
          // None begins beyond what is allowed now; a halving does not end those that are under way.
          expect(underWay).toBeLessThanOrEqual(Math.max(slots.allowed, before));
          expect(slots.taken).toBeLessThanOrEqual(2 * limit);
          expect(slots.allowed).toBeGreaterThanOrEqual(1);
        }
        for (let round = 0; round < 2_000 && (waiting > 0 || slots.taken > 0); round += 1) {
          if (claimed > 0) begin();
          if (underWay > 0) end(1);
          await Promise.resolve();
        }
        expect({ waiting, taken: slots.taken }).toEqual({ waiting: 0, taken: 0 });
      },
    ),
  );
});

test("nothing is claimed ahead of its slot before it is known how soon the carrier answers", async () => {
  const slots = new Slots(8);
  expect(await slots.take(100)).toBe(8);
  expect(slots.ahead).toBe(0);
});

test("as many are claimed ahead as find a slot in a moment: all at a quick carrier, hardly any at a slow one", async () => {
  const carrier = async (tookMs: number) => {
    const slots = new Slots(100);
    await slots.take(1);
    await slots.begin(inAMinute());
    slots.end(tookMs);
    return slots.ahead;
  };
  expect(await Promise.all([1, 50, 150, 1_500, 10_000].map(carrier))).toEqual([100, 100, 50, 5, 0]);
});

test("who finds no slot in time is told so, though no answer comes, and the others keep theirs", async () => {
  const slots = new Slots(1);
  await slots.take(1);
  expect(await slots.begin(inAMinute())).toBe(true);
  const late = slots.begin(performance.now() + 20);
  const patient = slots.begin(performance.now() + 60_000);
  expect(await late).toBe(false);
  slots.end(50);
  expect(await patient).toBe(true);
  expect(slots.underWay).toBe(1);
});

test("a burst of 429s halves what is allowed once, a lasting one again and again", () => {
  const slots = new Slots(16);
  for (let answer = 0; answer < 16; answer += 1) slots.slowDown();
  expect(slots.allowed).toBe(8);
  slots.slowDown();
  expect(slots.allowed).toBe(4);
  for (let answer = 0; answer < 50; answer += 1) slots.slowDown();
  expect(slots.allowed).toBe(1);
});

test("successes bring what is allowed back to the limit and no further", () => {
  const slots = new Slots(16);
  slots.slowDown();
  for (let time = 0; time < 1_000; time += 1) slots.wentWell();
  expect(slots.allowed).toBe(16);
});

test("a halving keeps those that are claimed from beginning until there is room", async () => {
  const slots = new Slots(4);
  await slots.take(4);
  const begun: number[] = [];
  for (const each of [1, 2, 3, 4]) void slots.begin(inAMinute()).then(() => begun.push(each));
  slots.slowDown();
  await Promise.resolve();
  expect(slots.underWay).toBe(4);
  for (let answer = 0; answer < 3; answer += 1) slots.end(50);
  await slots.take(2);
  const third = slots.begin(inAMinute());
  expect(await third).toBe(true);
  const waiting = slots.begin(performance.now() + 20);
  expect(await waiting).toBe(false);
});

test("after halvings one request without an answer does not stop the others", async () => {
  const slots = new Slots(32);
  while (slots.allowed > 4) slots.slowDown();
  const hanging = await slots.take(1);
  let others = 0;
  void slots.take(100).then((taken) => {
    others = taken;
  });
  await Promise.resolve();
  expect(others).toBe(3);
  expect(slots.taken).toBe(hanging + others);
});
