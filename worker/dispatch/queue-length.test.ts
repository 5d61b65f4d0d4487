import { expect, test } from "vitest";
import { QueueLength } from "./queue-length.ts";

/** Simulates a queue from which `taken` tickets are taken between two looks, and to which up to `due` may be added. */
function afterLooks(
  length: QueueLength,
  looks: number,
  takenBetween: number,
  due = Number.POSITIVE_INFINITY,
) {
  let waiting = 0;
  for (let look = 0; look < looks; look += 1) {
    const room = length.room(waiting);
    const added = Math.min(room, due);
    length.added(added, room);
    waiting = Math.max(0, waiting + added - takenBetween);
  }
  return waiting;
}

test("grows until it no longer runs dry between two looks, up to the maximum", () => {
  const length = new QueueLength();
  afterLooks(length, 20, 6);
  expect(length.room(0)).toBeGreaterThanOrEqual(6);
  expect(length.room(0)).toBeLessThanOrEqual(16);
  afterLooks(length, 20, 1_000);
  expect(length.room(0)).toBe(16);
});

test("shrinks to what slow workers take", () => {
  const length = new QueueLength();
  afterLooks(length, 20, 1_000);
  const waiting = afterLooks(length, 100, 1);
  expect(waiting).toBeLessThanOrEqual(3);
});

test("does not grow when there is too little work", () => {
  const length = new QueueLength();
  afterLooks(length, 50, 10, 1);
  expect(length.room(0)).toBe(2);
});
