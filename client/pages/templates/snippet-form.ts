import { languageTag } from "@smscrm/core/text/language";
import type { SnippetVariant } from "../../data/campaigns/snippets.ts";
import { countryName } from "../../ui/words/format.ts";
import { languageName } from "../../ui/words/language-words.ts";

/** Returns the texts with countries and languages in their usual spelling, as the server takes them. */
export const canonicalTexts = (texts: readonly SnippetVariant[]): SnippetVariant[] =>
  texts.map(({ country, language, body }) => ({
    country: country.trim().toUpperCase(),
    language: languageTag(language) ?? "",
    body,
  }));

/** Returns what is wrong with the rows' countries and languages, or undefined. */
export function languagesProblemOfTag(texts: readonly SnippetVariant[]): string | undefined {
  const wrong = texts.find(({ language }) => language.trim() !== "" && languageTag(language) === null);
  if (wrong) return `“${wrong.language}” is no language tag: write for example fr or fr-CA`;
  const place = texts.find(({ country }) => country.trim() !== "" && !/^[a-z]{2}$/i.test(country.trim()));
  if (place) return `“${place.country}” is no country: write two letters, such as CA`;
  const rows = canonicalTexts(texts).map(({ country, language }) => `${country} ${language}`);
  if (!rows.includes(" ")) return "One text must be for everyone: leave its country and language empty";
  return new Set(rows).size < rows.length ? "Two texts are for the same country and language" : undefined;
}

/** Says whom a text is for: "for Canada in French (fr)". */
export function readersOf({ country, language }: Pick<SnippetVariant, "country" | "language">): string {
  const [row] = canonicalTexts([{ country, language, body: "" }]);
  const place = /^[A-Z]{2}$/.test(row!.country) ? `for ${countryName(row!.country)}` : "for everyone";
  const tongue = row!.language === "" ? "" : ` in ${languageName(row!.language)}`;
  return `${place}${tongue}`;
}
