/** The ways in which a merge field can be written. */
export const FIELD_FORMATS = ["upper", "lower", "title"] as const;
export type FieldFormat = (typeof FIELD_FORMATS)[number];

/** Letters that only Turkish and Azerbaijani have. With them a capital I is a dotless ı. */
const TURKISH = /[İıĞğ]/u;
const GREEK = /\p{Script=Greek}/u;
/** Ş is Turkish or, in old files, Romanian: then nobody can say what a capital I is in small letters. */
const TURKISH_OR_ROMANIAN = /[Şş]/u;
/** Georgian has capitals for headlines only: a name with one capital is wrong. */
const NOT_GEORGIAN = /[^\p{Script=Georgian}]+/gu;
/** Stand between two names in small letters: Ludwig van Beethoven, Maria de Souza. */
const PARTICLES = new Set(
  "van von der den ter ten de da di do dos das du del della degli la le y e bin binti ibn al el af av zu zum zur".split(
    " ",
  ),
);

/**
 * Returns a value in capitals, small letters or title case. A name that is written in both already stays as its owner
 * writes it (McDonald, DeAndre, van der Berg), and no letter becomes another one than its language has.
 */
export function formatted(value: string, format: FieldFormat | undefined): string {
  if (format === undefined) return value;
  if (format === "upper") return upper(value);
  return format === "lower" ? lower(value) : titled(value);
}

const localeOf = (text: string) => (TURKISH.test(text) ? "tr" : GREEK.test(text) ? "el" : "en");
const lower = (text: string) => text.toLocaleLowerCase(localeOf(text));
const upper = (text: string) => {
  const locale = localeOf(text);
  return text.replace(NOT_GEORGIAN, (part) => part.toLocaleUpperCase(locale));
};

function titled(value: string): string {
  if (isCased(value)) return value;
  if (TURKISH_OR_ROMANIAN.test(value) && !TURKISH.test(value) && value.includes("I")) return value;
  const locale = localeOf(value);
  let at = 0;
  return value.replace(/[^\s\-–/.(]+/gu, (word) => {
    const isFirst = at++ === 0;
    if (!isFirst && PARTICLES.has(word)) return word;
    return isMixed(word) ? word : titledWord(word.toLocaleLowerCase(locale), locale);
  });
}

/** Whether it begins with a capital and no word of it is in capitals alone. */
function isCased(value: string): boolean {
  const words = value.match(/[\p{L}\p{M}]+/gu) ?? [];
  return (
    isMixed(value) &&
    /^\P{L}*\p{Lu}/u.test(value) &&
    !words.some((word) => /^\p{Lu}[\p{Lu}\p{M}]+$/u.test(word))
  );
}

const isMixed = (text: string) => /\p{Lu}/u.test(text) && /\p{Ll}/u.test(text);

/** "o'brien" becomes "O'Brien", but "mia's" keeps its s: a single letter after an apostrophe ends a word. */
function titledWord(word: string, locale: string): string {
  const capital = (letter: string) =>
    /\p{Script=Georgian}/u.test(letter) ? letter : letter.toLocaleUpperCase(locale);
  return word
    .replace(
      /(^\P{L}*|['’](?=\p{L}{2}))(\p{L})/gu,
      (_, before: string, letter: string) => before + capital(letter),
    )
    .replace(/^Mc(\p{L})(?=\p{L}{2})/u, (_, letter: string) => `Mc${capital(letter)}`)
    .replace(/^Ij(?=[b-df-hj-np-tv-xz])/u, "IJ");
}
