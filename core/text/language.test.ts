import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseLanguage, LANGUAGE_TAG_MAX, languageTag, widerTags } from "./language.ts";

describe("a language tag", () => {
  test.each([
    ["fr", "fr"],
    [" FR_ca ", "fr-CA"],
    ["zh-hant-tw", "zh-Hant-TW"],
    ["es-419", "es-419"],
    ["MI", "mi"],
  ])("%j is %j", (value, tag) => expect(languageTag(value)).toBe(tag));

  test.each(["", "French", "english", "f", "fr-", "fr CA", "fr-CA-x", "12", "日本語", "fr\u0000"])(
    "%j is none",
    (value) => expect(languageTag(value)).toBeNull(),
  );

  test("has its own spelling, is short, and is its own first wider tag, whatever somebody types", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const tag = languageTag(value);
        if (tag === null) return;
        expect(languageTag(tag)).toBe(tag);
        expect(tag.length).toBeLessThanOrEqual(LANGUAGE_TAG_MAX);
        expect(widerTags(tag)[0]).toBe(tag);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a person's language", () => {
  const written = { defaultLanguage: "en", others: ["fr", "fr-CA", "mi"] };
  const settings = { field: "language", byCountry: { FR: "fr-FR", DE: "de", AU: "en-AU" } };
  const choose = (stated: string | null, country: string | null = null, text = written) =>
    chooseLanguage(text, { stated, country }, settings);

  test.each([
    ["fr-CA", { language: "fr-CA", reason: "stated" }],
    ["fr-BE", { language: "fr", reason: "wider" }],
    ["en", { language: "", reason: "stated" }],
    ["en-NZ", { language: "", reason: "wider" }],
    ["de", { language: "", reason: "no-text" }],
    ["French", { language: "", reason: "not-a-language" }],
    [" ", { language: "", reason: "none" }],
    [null, { language: "", reason: "none" }],
  ])("that is stated as %j gives %j", (stated, chosen) => expect(choose(stated)).toEqual(chosen));

  test("is that of the number's country only where the tenant says so and their field is blank", () => {
    expect(choose(null, "FR")).toEqual({ language: "fr", reason: "country" });
    expect(choose("mi", "FR")).toEqual({ language: "mi", reason: "stated" });
    expect(choose("French", "FR")).toEqual({ language: "", reason: "not-a-language" });
    expect(choose("", "AU")).toEqual({ language: "", reason: "country" });
    expect(choose("", "DE")).toEqual({ language: "", reason: "no-text" });
    expect(choose("", "NZ")).toEqual({ language: "", reason: "none" });
    expect(choose("", "constructor")).toEqual({ language: "", reason: "none" });
  });

  test("is no narrower one: somebody who says en does not get a text in en-GB", () => {
    expect(choose("en", null, { defaultLanguage: "fr", others: ["en-GB"] })).toEqual({
      language: "",
      reason: "no-text",
    });
  });
});
