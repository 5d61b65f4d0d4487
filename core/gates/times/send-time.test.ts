import { expect, test } from "vitest";
import { EXAMPLE_NOW, exampleAllowances, exampleFacts } from "../../testing/example.ts";
import { evaluate, type MessageFacts } from "../index.ts";
import { sendTime } from "./send-time.ts";

const after = (minutes: number) => new Date(EXAMPLE_NOW.getTime() + minutes * 60_000);
const waiting = (changes: Partial<NonNullable<MessageFacts["sendTime"]>> = {}) => ({
  ...{ at: after(30), zone: "Australia/Perth", zones: 2, hasPassed: false },
  wanted: { date: "2026-11-23", time: "12:30", passed: "skip" as const },
  ...changes,
});
const evidence = {
  ...{ zone: "Australia/Perth", zones: 2, wantedTime: "12:30", wantedDay: "2026-11-23", hasPassed: false },
};

test("a campaign without a local time passes", () => {
  expect(sendTime({}, EXAMPLE_NOW)).toEqual({ kind: "pass" });
});

test("holds until the local time, and passes from then on", () => {
  const facts = { sendTime: waiting() };
  const held = { kind: "hold", reason: "Send time", until: after(30), looked: evidence };
  expect(sendTime(facts, EXAMPLE_NOW)).toEqual(held);
  expect(sendTime(facts, new Date(after(30).getTime() - 1))).toEqual(held);
  expect(sendTime(facts, after(30))).toEqual({ kind: "pass" });
});

test("where the time had passed it skips, or lets the message go from the time that was chosen", () => {
  const passed = (choice: "skip" | "next-day" | "at-once", at: Date) =>
    sendTime(
      { sendTime: waiting({ hasPassed: true, at, wanted: { ...waiting().wanted, passed: choice } }) },
      EXAMPLE_NOW,
    ).kind;
  expect(passed("skip", EXAMPLE_NOW)).toBe("drop");
  expect(passed("at-once", EXAMPLE_NOW)).toBe("pass");
  expect(passed("next-day", after(24 * 60))).toBe("hold");
});

test("a local time in the night waits for the morning, and one after the expiry is too late", () => {
  const night = exampleFacts({ sendTime: waiting({ at: after(10 * 60) }) });
  expect(evaluate(night, exampleAllowances(), after(10 * 60))).toMatchObject({ gate: "quiet-hours" });
  const late = exampleFacts({ sendTime: waiting(), expiry: { expiresAt: after(30) } });
  expect(evaluate(late, exampleAllowances(), EXAMPLE_NOW)).toMatchObject({
    ...{ gate: "expiry", reason: "Expired", looked: { blockedFor: "Send time" } },
  });
});
