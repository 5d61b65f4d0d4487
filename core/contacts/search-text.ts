/** A search as it was typed or pasted, without what copying adds to it. */
export interface SearchText {
  /** Digits of a number; null if the text is a name. */
  digits: string | null;
  /** Words of a name. */
  words: string[];
}

/** Copied numbers and names bring marks that nobody sees. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const LINK = /^(?:tel|sms|smsto|callto|whatsapp):(?:\/\/)?|^(?:https?:\/\/)?wa\.me\//i;
const DIGITS_MIN = 2;
const DIGITS_MAX = 15;

/** Reads a search: digits, written in any way, are part of a number, everything else is part of a name. */
export function searchText(search: string): SearchText {
  const text = search
    .replace(/\s+/gu, " ")
    .replace(INVISIBLE, "")
    .normalize("NFKC")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .trim()
    .replace(LINK, "");
  const digits = text.replace(/[\s()+.,'/\p{Pd}\u2212]/gu, "");
  if (/^\d+$/.test(digits) && digits.length >= DIGITS_MIN && digits.length <= DIGITS_MAX)
    return { digits, words: [] };
  return { digits: null, words: text.split(" ").filter((word) => word !== "") };
}
