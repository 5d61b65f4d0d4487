import { expect, test } from "vitest";
import { languageName, languageReasonWords } from "./language-words.ts";

test("a language has its name and its tag", () => {
  expect(languageName("fr", "en")).toBe("French (fr)");
  expect(languageName("fr-CA", "en")).toBe("Canadian French (fr-CA)");
  expect(languageName("qq", "en")).toBe("qq");
  expect(languageName("", "en")).toBe("Default");
});

test("each reason has its own words", () => {
  const reasons = ["stated", "wider", "country", "no-text", "not-a-language", "none"] as const;
  expect(new Set(reasons.map(languageReasonWords)).size).toBe(reasons.length);
});
