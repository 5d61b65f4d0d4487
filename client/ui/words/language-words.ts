import type { LanguageReason } from "@smscrm/core/text/language";

/** Returns a language by its name and tag: "French (fr)". An empty tag is the default, whose language nobody said. */
export function languageName(tag: string, locale: string | undefined = undefined): string {
  if (tag === "") return "Default";
  const name = new Intl.DisplayNames(locale ?? [], { type: "language", fallback: "none" }).of(tag);
  return name === undefined ? tag : `${name} (${tag})`;
}

const REASONS: Record<LanguageReason, string> = {
  stated: "Their field says so",
  wider: "Their field says a variety of it",
  country: "By their number’s country, as your team set",
  "no-text": "The default: no text in their language",
  "not-a-language": "The default: their field holds no language tag",
  none: "The default: nothing says their language",
};

/** Says why a person gets a text in its language. */
export const languageReasonWords = (reason: LanguageReason): string => REASONS[reason];
