/** A language with a script or a region, as BCP 47 (RFC 5646, section 2.1) writes most of them: `fr`, `fr-CA`, `zh-Hant-TW`, `es-419`. */
const TAG = /^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?$/iu;

/** The most letters of such a tag. */
export const LANGUAGE_TAG_MAX = 11;

/** Returns a language tag in its usual spelling (`fr_ca` is `fr-CA`), or null if the value is none ("French"). */
export function languageTag(value: string): string | null {
  const [, language, script, region] = TAG.exec(value.trim()) ?? [];
  if (language === undefined) return null;
  const parts = [language.toLowerCase()];
  if (script) parts.push(script[0]!.toUpperCase() + script.slice(1).toLowerCase());
  if (region) parts.push(region.toUpperCase());
  return parts.join("-");
}

/** Returns a tag and each wider one (RFC 4647, section 3.4): `fr-CA`, then `fr`. */
export function widerTags(tag: string): string[] {
  const parts = tag.split("-");
  return parts.map((_, at) => parts.slice(0, parts.length - at).join("-"));
}

/** Where a contact's language comes from. The tenant says so: nothing is guessed from a number. */
export interface LanguageSettings {
  /** The custom field that holds a language tag; null: none. */
  field: string | null;
  /** The language of those whose field is blank, by the number's country (ISO 3166-1 alpha-2). */
  byCountry: Readonly<Record<string, string>>;
}

export const NO_LANGUAGES: LanguageSettings = { field: null, byCountry: {} };

/**
 * Why a person gets a text in its language:
 * - `stated`: their field says so · `wider`: their field says a variety of it
 * - `country`: their field is blank, and the tenant's setting for their number's country says so
 * - `no-text`: the default, because there is no text in their language
 * - `not-a-language`: the default, because their field holds no language tag
 * - `none`: the default, because nothing says their language
 */
export type LanguageReason = "stated" | "wider" | "country" | "no-text" | "not-a-language" | "none";

export interface ChosenLanguage {
  /** The language of the text; empty: the default. */
  language: string;
  reason: LanguageReason;
}

/** The languages that a text is written in. */
export interface WrittenLanguages {
  /** The tag of the default; empty: not said. */
  defaultLanguage: string;
  /** The tags of the other texts. */
  others: readonly string[];
}

/**
 * Chooses the language of a text for one person: their own, a wider one (`fr-CA`, then `fr`), or the default. The launch and
 * the preflight both ask this function.
 */
export function chooseLanguage(
  { defaultLanguage, others }: WrittenLanguages,
  { stated, country }: { stated: string | null | undefined; country: string | null },
  { byCountry }: LanguageSettings,
): ChosenLanguage {
  const said = stated?.trim() ?? "";
  if (said !== "") {
    const tag = languageTag(said);
    if (tag === null) return { language: "", reason: "not-a-language" };
    const found = widerTags(tag).find((each) => each === defaultLanguage || others.includes(each));
    if (found === undefined) return { language: "", reason: "no-text" };
    return { language: found === defaultLanguage ? "" : found, reason: found === tag ? "stated" : "wider" };
  }
  const ofCountry = country !== null && Object.hasOwn(byCountry, country) ? byCountry[country]! : null;
  if (ofCountry === null) return { language: "", reason: "none" };
  const found = widerTags(ofCountry).find((each) => each === defaultLanguage || others.includes(each));
  if (found === undefined) return { language: "", reason: "no-text" };
  return { language: found === defaultLanguage ? "" : found, reason: "country" };
}
