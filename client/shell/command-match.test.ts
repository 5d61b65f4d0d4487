import { expect, test } from "vitest";
import { matches } from "./command-match.ts";

test("each typed word begins a word, in any order and case", () => {
  expect(matches("new ca", "New campaign")).toBe(true);
  expect(matches("CAMP n", "New campaign")).toBe(true);
  expect(matches("paign", "New campaign")).toBe(false);
  expect(matches("", "Anything")).toBe(true);
});
