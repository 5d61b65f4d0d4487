import {
  chooseLanguage,
  type LanguageReason,
  type LanguageSettings,
  NO_LANGUAGES,
} from "../../text/language.ts";
import { type SnippetText, snippetNames, withSnippets } from "../../text/snippets.ts";
import { variantName } from "../ab-test/ab-test.ts";

/** One text of a campaign. */
export interface CampaignText {
  /** 1 is the first; a test of texts has more. */
  variant: number;
  /** A language tag; empty: the default. */
  language: string;
  body: string;
}

/** A text in another language than the default. */
export type LanguageText = Pick<CampaignText, "language" | "body">;

/** All that says which text a person gets. */
export interface WrittenTexts {
  /** The first variant in the default language. */
  body: string;
  /** The tag of the default language; empty or absent: not said. */
  defaultLanguage?: string;
  /** The texts, with the one above or without; null or absent: there is no other. */
  texts?: readonly CampaignText[] | null;
  /** The snippets in them; null or absent: none. */
  snippets?: readonly SnippetText[] | null;
  /** Where a person's language comes from; absent: nowhere. */
  languages?: LanguageSettings;
}

/** For whom a text is chosen. */
export interface TextReader {
  country: string | null;
  custom: Readonly<Record<string, string>>;
  /** As the launch froze it: a tag, or null for the default. Absent: not frozen yet. */
  language?: string | null;
  /** As the launch froze it; null or absent: the first. */
  variant?: number | null;
}

/** Which text a person gets. */
export interface ChosenText {
  /** Equal for equal texts. */
  key: string;
  variant: number;
  /** A tag; empty: the default. */
  language: string;
  /** Of the snippets in it; null: it has none, or nobody knows. */
  country: string | null;
  /** Null: it was frozen, or there is one language only. */
  reason: LanguageReason | null;
}

/** The languages of a campaign's texts: asked for each person, so they are collected once. */
const languagesByTexts = new WeakMap<readonly CampaignText[], string[]>();

function languagesOf(texts: readonly CampaignText[]): string[] {
  const known = languagesByTexts.get(texts);
  if (known) return known;
  const found = [...new Set(texts.map(({ language }) => language))].filter((language) => language !== "");
  languagesByTexts.set(texts, found);
  return found;
}

const NO_TEXTS: readonly CampaignText[] = [];

/** Whether everybody gets the same template. */
export const isOneText = ({ texts, snippets }: WrittenTexts): boolean =>
  (texts?.length ?? 0) === 0 && (snippets?.length ?? 0) === 0;

/** Returns the language of a person's text, and why; of a text in one language the default. */
export function languageFor(
  { defaultLanguage = "", texts, languages = NO_LANGUAGES }: WrittenTexts,
  { custom, country }: Pick<TextReader, "country" | "custom">,
): { language: string; reason: LanguageReason | null } {
  const others = languagesOf(texts ?? NO_TEXTS);
  if (others.length === 0) return { language: "", reason: null };
  const { field } = languages;
  const stated = field !== null && Object.hasOwn(custom, field) ? custom[field] : null;
  return chooseLanguage({ defaultLanguage, others }, { stated, country }, languages);
}

/** Returns which text a person gets. The launch, the claim, the preflight and the forecast ask this one function. */
export function chosenText(written: WrittenTexts, reader: TextReader): ChosenText {
  const { language, reason } =
    reader.language === undefined
      ? languageFor(written, reader)
      : { language: reader.language ?? "", reason: null };
  const variant = reader.variant ?? 1;
  const country = (written.snippets?.length ?? 0) > 0 ? reader.country : null;
  return { key: `${variant} ${language} ${country ?? ""}`, variant, language, country, reason };
}

/** Returns a chosen text with its snippets in place. A language without a text has the default. */
export function bodyOf(
  { body, defaultLanguage = "", texts, snippets }: WrittenTexts,
  { variant, language, country }: Omit<ChosenText, "key" | "reason">,
): string {
  const found =
    texts?.find((text) => text.variant === variant && text.language === language) ??
    texts?.find((text) => text.variant === variant && text.language === "");
  return withSnippets(found?.body ?? body, snippets ?? [], {
    country,
    language: language || defaultLanguage,
  });
}

/** A text as some people get it, for its checks. */
export interface CheckedText {
  variant: number;
  language: string;
  /** The country of its snippets; null: any other. */
  country: string | null;
  body: string;
  /** "fr, CA": what tells it from the others; empty: it is the only one. */
  label: string;
}

/** Returns every text that a person may get, each once: whatever evaluates a campaign's text looks at all of them. */
export function everyText(written: WrittenTexts): CheckedText[] {
  const { body, defaultLanguage = "", snippets } = written;
  const others = (written.texts ?? []).filter(({ variant, language }) => variant !== 1 || language !== "");
  const all = [{ variant: 1, language: "", body }, ...others];
  const seen = new Set<string>();
  const checked: CheckedText[] = [];
  for (const text of all) {
    const names = snippetNames(text.body);
    const inside = (snippets ?? []).filter(({ name }) => names.includes(name));
    for (const country of [null, ...new Set(inside.map((one) => one.country).filter(Boolean))]) {
      const language = text.language || defaultLanguage;
      const expanded = withSnippets(text.body, inside, { country, language });
      const key = `${text.variant} ${text.language} ${expanded}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const { variant } = text;
      checked.push({ variant, language: text.language, country, body: expanded, label: "" });
    }
  }
  if (checked.length === 1) return checked;
  const isTest = checked.some(({ variant }) => variant > 1);
  return checked.map((text) => ({ ...text, label: labelOf(text, defaultLanguage, isTest) }));
}

const labelOf = (
  { variant, language, country }: CheckedText,
  defaultLanguage: string,
  isTest: boolean,
): string =>
  [
    ...(isTest ? [`text ${variantName(variant)}`] : []),
    ...(isTest ? [language].filter(Boolean) : [language || defaultLanguage || "default text"]),
    ...(country === null ? [] : [country]),
  ].join(", ");

/** Returns a sentence about a text with what tells the text from others before it. */
export const aboutText = ({ label }: Pick<CheckedText, "label">, sentence: string): string =>
  label === "" ? sentence : `In ${label}: ${sentence}`;
