import { expect, test } from "vitest";
import { parseTags } from "./parse-tags.ts";

test("reads tags between commas, without spaces and empty ones", () => {
  expect(parseTags(" customer, news letter,, ")).toEqual(["customer", "news letter"]);
  expect(parseTags(" ")).toEqual([]);
});
