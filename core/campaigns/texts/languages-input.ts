import { z } from "zod";
import { LANGUAGE_TAG_MAX, languageTag } from "../../text/language.ts";
import { MAX_BODY_LENGTH } from "../../text/template.ts";

/** The most languages of a text besides the default. */
const LANGUAGES_MAX = 20;

/** A language tag in its usual spelling; empty: not said. */
export const languageInput = z
  .string()
  .max(LANGUAGE_TAG_MAX)
  .refine(
    (value) => value === "" || languageTag(value) === value,
    "Write a language tag such as en or fr-CA.",
  );

const textInput = z.strictObject({
  language: languageInput.refine((tag) => tag !== "", "Choose a language."),
  body: z
    .string()
    .max(MAX_BODY_LENGTH, "Shorten the message to at most 1,600 characters.")
    .refine((body) => body.trim() !== "", "Write a message in each language, or remove the language."),
});

/** The texts in other languages than the default, each language once. */
export const languageTextsInput = z
  .array(textInput)
  .max(LANGUAGES_MAX, `Use at most ${LANGUAGES_MAX + 1} languages.`)
  .refine(
    (texts) => new Set(texts.map(({ language }) => language)).size === texts.length,
    "Each language can have one text only.",
  );

/** Returns what is wrong between the default's language and the other texts, or null. */
export function languagesProblem(language: string, texts: readonly { language: string }[]): string | null {
  if (texts.length > 0 && language === "") return "Say which language the default text is in.";
  return texts.some((text) => text.language === language)
    ? `The default text is in ${language} already: remove the other one.`
    : null;
}
