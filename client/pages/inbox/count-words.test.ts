import { expect, test } from "vitest";
import { countWords } from "./count-words.ts";

test("shows a plus where counting stopped", () => {
  expect(countWords(3, 1000, "en")).toBe("3");
  expect(countWords(999, 1000, "en")).toBe("999");
  expect(countWords(1000, 1000, "en")).toBe("1,000+");
  expect(countWords(2000, undefined, "en")).toBe("2,000");
});
