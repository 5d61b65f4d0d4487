import { expect, test } from "vitest";
import { kindWords } from "./kind-words.ts";

test("says Opted out only of an opt-out that was recorded", () => {
  expect(kindWords("opt-out", true)?.label).toBe("Opted out");
  expect(kindWords("opt-out", false)?.label).toBe("Asked to stop");
});

test.each([
  ["help", "Asked for help"],
  ["opted-out-by-link", "Opted out"],
  ["opt-in", "Replied START"],
  ["none", undefined],
  ["ask-a-person", undefined],
  ["partial-opt-out", undefined],
])("%s has the badge %s", (kind, label) => expect(kindWords(kind, false)?.label).toBe(label));
