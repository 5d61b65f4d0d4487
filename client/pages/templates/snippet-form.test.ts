import { expect, test } from "vitest";
import { canonicalTexts, languagesProblemOfTag, readersOf } from "./snippet-form.ts";

const text = (country: string, language: string) => ({ country, language, body: "x" });

test("countries and languages are saved in their usual spelling", () => {
  expect(canonicalTexts([text(" ca", "FR_ca"), text("", "")])).toEqual([text("CA", "fr-CA"), text("", "")]);
});

test("one text is for everyone, and no two are for the same people", () => {
  expect(languagesProblemOfTag([text("", ""), text("ca", "fr")])).toBeUndefined();
  expect(languagesProblemOfTag([text("CA", "")])).toMatch(/for everyone/);
  expect(languagesProblemOfTag([text("", ""), text("", "fr"), text("", "FR")])).toMatch(/same country/);
  expect(languagesProblemOfTag([text("", ""), text("", "French")])).toMatch(/no language tag/);
  expect(languagesProblemOfTag([text("", ""), text("1", "")])).toMatch(/no country/);
});

test("a text says whom it is for", () => {
  expect(readersOf(text("", ""))).toBe("for everyone");
  expect(readersOf(text("CA", "fr"))).toMatch(/^for Canada in .*\(fr\)$/);
});
