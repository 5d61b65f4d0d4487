import { expect, test } from "vitest";
import { createManualClock } from "./clock.ts";
import { createWheel } from "./wheel.ts";

test("runs tasks in the order of their times, never early, and those of one tick in the given order", () => {
  const clock = createManualClock(1_000);
  const wheel = createWheel(clock);
  const ran: [string, number][] = [];
  const note = (name: string) => () => ran.push([name, clock.now()]);
  wheel.at(36_001_000, note("in ten hours"));
  wheel.at(1_050, note("second"));
  wheel.at(1_020, note("first"));
  wheel.at(1_050, note("third"));
  clock.advance(15);
  expect(ran).toEqual([]);
  clock.advance(100);
  expect(ran).toEqual([
    ["first", 1_020],
    ["second", 1_050],
    ["third", 1_050],
  ]);
  clock.advance(36_000_000);
  expect(ran.at(-1)).toEqual(["in ten hours", 36_001_000]);
  expect(wheel.size()).toBe(0);
});

test("a task may add another that is due at once", () => {
  const clock = createManualClock(0);
  const wheel = createWheel(clock);
  let ran = 0;
  wheel.at(10, () =>
    wheel.at(10, () => {
      ran += 1;
    }),
  );
  clock.advance(10);
  expect(ran).toBe(1);
});

test("ten thousand tasks at random times run in order", () => {
  const clock = createManualClock(0);
  const wheel = createWheel(clock);
  const seen: number[] = [];
  for (let i = 0; i < 10_000; i += 1) {
    const due = (i * 7919) % 100_000;
    wheel.at(due, () => seen.push(Math.ceil(due / 5)));
  }
  clock.advance(100_000);
  expect(seen).toHaveLength(10_000);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});
