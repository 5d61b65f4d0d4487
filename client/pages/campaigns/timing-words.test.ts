import { expect, test } from "vitest";
import { startsLater } from "./preflight/preflight-totals.ts";
import { localTimeWords, minutesWords, passedSentence } from "./timing-words.ts";

const nine = { date: "2026-12-01", time: "09:00", passed: "next-day" } as const;

test("a local time is said with its day and with what happens where it has passed", () => {
  expect(localTimeWords(nine)).toMatch(
    /^09:00 on \w+, .*December.* where each contact is\. If it has passed: the next day\.$/,
  );
  expect(localTimeWords({ ...nine, passed: "skip" })).toMatch("If it has passed: skipped.");
});

test("those for whom it has passed are counted", () => {
  expect(passedSentence(nine, 1)).toBe("For 1 contact 09:00 has passed: that contact gets it the next day.");
  expect(passedSentence({ ...nine, passed: "skip" }, 12)).toBe(
    "For 12 contacts 09:00 has passed: they are skipped.",
  );
  expect(passedSentence({ ...nine, passed: "at-once" }, 2)).toMatch("they get it at once");
});

test("a spread is said in hours where they are whole", () => {
  expect([60, 180, 90, 5].map(minutesWords)).toEqual(["1 hour", "3 hours", "90 minutes", "5 minutes"]);
});

test("the first text is only mentioned when it waits after the launch", () => {
  const evaluatedAt = "2026-12-01T00:00:00.000Z";
  const starts = (startAt: string | null, launchAt: string | null = null) =>
    startsLater({ startAt, launchAt, evaluatedAt });
  expect(starts("2026-12-01T00:00:30.000Z")).toBeNull();
  expect(starts(null)).toBeNull();
  expect(starts("2026-12-01T09:00:00.000Z")).toBe("2026-12-01T09:00:00.000Z");
  expect(starts("2026-12-01T09:00:00.000Z", "2026-12-01T09:00:00.000Z")).toBeNull();
});
