import { expect, test } from "vitest";
import { changeWords, inOrder, messagesOf, rowWords } from "./report-words.ts";

test("a row says what it is about, also when that is gone", () => {
  expect(rowWords("campaign", { key: "x", name: "Spring" })).toBe("Spring");
  expect(rowWords("campaign", { key: "reply", name: null })).toBe("Replies from the inbox");
  expect(rowWords("campaign", { key: "00000000", name: null })).toBe("Removed campaign");
  expect(rowWords("audience", { key: "all", name: null })).toBe("All contacts");
  expect(rowWords("template", { key: "", name: null })).toBe("No template");
  expect(rowWords("sender", { key: "", name: null })).toBe("No sender");
  expect(rowWords("hour", { key: "7", name: null })).toBe("07:00");
  expect(rowWords("weekday", { key: "7", name: null })).toBe("Sunday");
  expect(rowWords("failed", { key: "Undelivered", name: null })).toBe("Not delivered by the carrier");
  expect(rowWords("notSent", { key: "", name: null })).toBe("No reason recorded");
});

test("a change is in percent of the period before, where there was something", () => {
  expect(changeWords(112, 100)).toBe("+12 %");
  expect(changeWords(50, 100)).toBe("−50 %");
  expect(changeWords(100, 100)).toBe("±0 %");
  expect(changeWords(5, 0)).toBeNull();
});

test("a figure leads to exactly its messages", () => {
  expect(
    messagesOf("failed", { from: "2026-11-01", to: "2026-11-30" }, { by: "failed", key: "No price" }),
  ).toBe("/messages?figure=failed&from=2026-11-01&to=2026-11-30&by=failed&key=No+price");
});

test("hours and weekdays are in the order of the clock", () => {
  const rows = [{ key: "10" }, { key: "9" }];
  expect(inOrder("hour", rows)).toEqual([{ key: "9" }, { key: "10" }]);
  expect(inOrder("country", rows)).toEqual(rows);
});
