import replacements from "./data/smart-encoding.json" with { type: "json" };
import { isGsm7 } from "./gsm7.ts";

/**
 * Twilio's Smart Encoding, estimated: look-alikes outside GSM-7 become characters inside it before the encoding is
 * chosen. The 271 entries are those of Twilio's message-segment-calculator 1.3.0 (MIT). Most wide spaces become two
 * spaces and a tab seven there; whether the live service does the same is not known, so an estimate counts them so.
 */
const SMART: ReadonlyMap<string, string> = new Map(Object.entries(replacements));

/** Signs that Smart Encoding leaves alone although everybody reads them in letters too. */
const IN_LETTERS: Readonly<Record<string, string>> = {
  "™": "TM",
  "®": "(R)",
  "©": "(C)",
  "℠": "SM",
  "№": "No.",
  // Letters that are no base letter with a mark, as in Łukasz, Đorđe, Þór: what their owners write in plain ASCII.
  ...{ Ł: "L", ł: "l", Đ: "D", đ: "d", Ð: "D", ð: "d", Þ: "Th", þ: "th", Ħ: "H", ħ: "h", Ŧ: "T", ŧ: "t" },
  ...{ ı: "i", Œ: "OE", œ: "oe", ẞ: "SS", ŋ: "ng", Ŋ: "Ng" },
};

/** One replacement; `index` is where the character stood in the text as given, in UTF-16 units. */
export interface Replacement {
  from: string;
  to: string;
  index: number;
}

/** Applies the table per code point, as the reference does, and says what it changed. */
export function smartEncode(text: string): { text: string; replaced: Replacement[] } {
  const replaced: Replacement[] = [];
  const pieces: string[] = [];
  let kept = 0;
  for (let index = 0; index < text.length; index++) {
    const from = text[index]!;
    const to = SMART.get(from);
    if (to === undefined || to === from) continue;
    replaced.push({ from, to, index });
    pieces.push(text.slice(kept, index), to);
    kept = index + 1;
  }
  return { text: pieces.join("") + text.slice(kept), replaced };
}

/** What to write instead of a character outside GSM-7: "" is "leave it out", null is "nothing looks alike". */
export function gsmSuggestion(char: string): string | null {
  const smart = SMART.get(char);
  if (smart !== undefined) return /^ +$/.test(smart) ? " " : smart;
  const letters = IN_LETTERS[char];
  if (letters) return letters;
  const base = char.normalize("NFKD").replace(/\p{M}/gu, "");
  return base !== char && base !== "" && isGsm7(base) ? base : null;
}
