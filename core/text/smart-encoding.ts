import replacements from "../data/smart-encoding.json" with { type: "json" };
import { isGsm7 } from "./gsm7.ts";

/**
 * Characters outside GSM-7 and their look-alikes: the 271 entries of Twilio's message-segment-calculator 1.3.0 (MIT), but
 * each space is one space. There most wide spaces become two and a tab seven, which costs more than it saves. The text is
 * replaced here before it is sent, so the carrier's own table does not matter.
 */
const SMART: ReadonlyMap<string, string> = new Map(Object.entries(replacements));

/** Signs that Smart Encoding does not replace, with their usual spelling in letters. */
const IN_LETTERS: Readonly<Record<string, string>> = {
  "™": "TM",
  "®": "(R)",
  "©": "(C)",
  "℠": "SM",
  "№": "No.",
  // Letters without a base letter, as in Łukasz, Đorđe, Þór, and their usual ASCII spelling.
  ...{ Ł: "L", ł: "l", Đ: "D", đ: "d", Ð: "D", ð: "d", Þ: "Th", þ: "th", Ħ: "H", ħ: "h", Ŧ: "T", ŧ: "t" },
  ...{ ı: "i", Œ: "OE", œ: "oe", ẞ: "SS", ŋ: "ng", Ŋ: "Ng" },
};

/** One replacement; `index` is the character's position in the input, in UTF-16 units. */
export interface Replacement {
  from: string;
  to: string;
  index: number;
}

export interface SmartEncoded {
  text: string;
  replaced: Replacement[];
}

/**
 * Applies the table per code point, like the reference, and lists the replacements. `sameLength`: only those of one
 * character by one, for a text that stays UCS-2: there "..." for "…" costs more, and removing a joiner breaks emoji.
 */
export function smartEncode(text: string, { sameLength = false } = {}): SmartEncoded {
  const replaced: Replacement[] = [];
  const pieces: string[] = [];
  let kept = 0;
  for (let index = 0; index < text.length; index++) {
    const from = text[index]!;
    const to = SMART.get(from);
    if (to === undefined || to === from || (sameLength && to.length !== 1)) continue;
    replaced.push({ from, to, index });
    pieces.push(text.slice(kept, index), to);
    kept = index + 1;
  }
  return { text: pieces.join("") + text.slice(kept), replaced };
}

/** Returns a replacement for a character outside GSM-7: "" means "remove it", null means "no look-alike". */
export function gsmSuggestion(char: string): string | null {
  const smart = SMART.get(char);
  if (smart !== undefined) return smart;
  const letters = IN_LETTERS[char];
  if (letters) return letters;
  const base = char.normalize("NFKD").replace(/\p{M}/gu, "");
  return base !== char && base !== "" && isGsm7(base) ? base : null;
}
