import fc from "fast-check";
import { expect, test } from "vitest";
import { Slots } from "./slots.ts";

test("never more at once than allowed, whatever comes in whatever order, and nobody waits for ever", async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("take" as const), most: fc.integer({ min: 1, max: 120 }) }),
    fc.record({
      kind: fc.constantFrom("give" as const, "slow" as const, "well" as const),
      most: fc.constant(0),
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 64 }),
      fc.array(step, { maxLength: 60 }),
      async (limit, steps) => {
        const slots = new Slots(limit);
        const held: number[] = [];
        let waiting = 0;
        for (const { kind, most } of steps) {
          if (kind === "slow") slots.slowDown();
          if (kind === "well") slots.wentWell();
          if (kind === "give" && held.length > 0) slots.give(held.pop()!);
          if (kind === "take") {
            waiting += 1;
            void slots.take(most).then((taken) => {
              waiting -= 1;
              expect(taken).toBeGreaterThanOrEqual(1);
              expect(taken).toBeLessThanOrEqual(most);
              held.push(taken);
            });
          }
          await Promise.resolve();
          expect(slots.taken).toBe(held.reduce((sum, one) => sum + one, 0));
          expect(slots.taken).toBeLessThanOrEqual(limit);
          expect(slots.allowed).toBeGreaterThanOrEqual(1);
        }
        for (let round = 0; round < 500 && waiting > 0; round += 1) {
          if (held.length > 0) slots.give(held.pop()!);
          await Promise.resolve();
        }
        expect(waiting).toBe(0);
      },
    ),
  );
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
