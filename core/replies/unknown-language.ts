import { COMMON_WORDS, ENGLISH } from "./languages.ts";
import type { Tokens } from "./tokens.ts";

/** Letters of scripts whose languages are in `words`. */
const KNOWN_SCRIPTS =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Common}\p{Script=Inherited}]/u;

/**
 * Letters of languages of which `words` holds nothing, or requests only, though their script is known: Icelandic,
 * Welsh, Azerbaijani, Esperanto, Kazakh, Macedonian, Belarusian, Persian, Urdu, Marathi.
 */
const FOREIGN_LETTERS = /[þðŵŷəĝĥĵŭқғңөұүһәѓќўپچژگںڑٹڈےۓळ]/u;

/**
 * Scripts of which `words` holds little: an innocent text is one of mostly known words.
 */
const LITTLE_KNOWN = /[\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}]/u;
const MOSTLY_KNOWN = 2 / 3;

/** Fewer words may be a name or an address, as may words that all begin with a capital letter or a figure. */
const WORDS_MIN = 3;
/** The share of words by which a language is known. */
const KNOWN_SHARE = 1 / 4;

/**
 * Whether a text seems to be in a script or language that the program doesn't know, so that it can't tell an opt-out
 * from anything else.
 */
export function isUnknownLanguage(text: string, { words, isSign }: Tokens): boolean {
  const letters = [...text.normalize("NFC").toLowerCase()].filter((letter) => /\p{L}/u.test(letter));
  if (letters.some((letter) => !KNOWN_SCRIPTS.test(letter))) return true;
  if (letters.some((letter) => LITTLE_KNOWN.test(letter))) return !isKnown(words, MOSTLY_KNOWN);
  if (letters.some((letter) => FOREIGN_LETTERS.test(letter))) return !isKnown(words);
  if (isTitled(text)) return false;
  const latin = words.filter((word, at) => !isSign[at] && /^[a-z]{2,}$/.test(word));
  return latin.length >= WORDS_MIN && latin.length === words.length && !isKnown(words);
}

/** Whether enough words are frequent in one language of `words`. */
export const isKnown = (words: readonly string[], share = KNOWN_SHARE): boolean =>
  COMMON_WORDS.some((common) => words.filter((word) => common.has(word)).length >= words.length * share);

/** "Jean-Pierre Dupont Lyon", but not a text in capitals. */
const isTitled = (text: string) =>
  /\p{Ll}/u.test(text) &&
  [...text.matchAll(/[\p{L}\p{N}]+/gu)].every(([word]) => /^[\p{Lu}\p{N}]/u.test(word));

/** Whether a text is English: at least half of its words are frequent there, and no other language knows more. */
export function isEnglish({ words }: Tokens): boolean {
  if (!words.every((word) => /^[a-z0-9]+$/.test(word))) return false;
  const known = COMMON_WORDS.map((common) => words.filter((word) => common.has(word)).length);
  const english = known[ENGLISH]!;
  return english * 2 >= words.length && known.every((count) => count <= english);
}

/** The share of words by which a language other than English is known well. */
const WELL_KNOWN_SHARE = 1 / 2;

/** Whether a text of several words is in a known language other than English. */
export const isOtherLanguage = (tokens: Tokens): boolean =>
  tokens.words.length > 1 && !knowsMost(tokens.words, ENGLISH) && isKnown(tokens.words, WELL_KNOWN_SHARE);

/** Whether half of the words or more are frequent in a language. */
const knowsMost = (words: readonly string[], language: number) =>
  words.filter((word) => COMMON_WORDS[language]!.has(word)).length * 2 >= words.length;
