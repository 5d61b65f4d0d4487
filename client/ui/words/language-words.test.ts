import { LANGUAGE_REASONS } from "@smscrm/core/text/language";
import { expect, test } from "vitest";
import { languageName, languageReasonWords } from "./language-words.ts";

test("a language has its name and its tag", () => {
  expect(languageName("fr", "en")).toBe("French (fr)");
  expect(languageName("fr-CA", "en")).toBe("Canadian French (fr-CA)");
  expect(languageName("qq", "en")).toBe("qq");
  expect(languageName("", "en")).toBe("Default");
});

test("each reason has its own words", () => {
  const words = LANGUAGE_REASONS.map(languageReasonWords);
  expect(new Set(words).size).toBe(LANGUAGE_REASONS.length);
});
