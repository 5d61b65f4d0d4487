import { isGsm7, septetsOf } from "./gsm7.ts";
import { gsmSuggestion, type Replacement, smartEncode } from "./smart-encoding.ts";

/** A character that forces the whole message to UCS-2. `index` counts UTF-16 units of the text as given. */
export interface NonGsmCharacter {
  char: string;
  index: number;
  /** `U+2019` */
  codePoint: string;
  /** What to write instead; "" is "leave it out", null when nothing in GSM-7 looks alike. */
  suggestion: string | null;
}

export interface Segmentation {
  encoding: "GSM-7" | "UCS-2";
  /** What the carrier bills. Empty text is one segment. */
  segments: number;
  /** Septets (GSM-7, extension characters cost two) or UTF-16 units (UCS-2) of the whole text. */
  unitsUsed: number;
  /** Room in the last segment. */
  unitsLeft: number;
  /** Size of each segment of this message: 160 or 70 alone, 153 or 67 in a concatenated message. */
  unitsPerSegment: number;
  /** The text that is sent: as given, or after smart encoding. */
  text: string;
  nonGsm: NonGsmCharacter[];
  replaced: Replacement[];
}

/** 1,120 bits a segment; a concatenated one gives 6 octets to its header. */
export const SEGMENT_SIZES = {
  "GSM-7": { alone: 160, concatenated: 153 },
  "UCS-2": { alone: 70, concatenated: 67 },
} as const;

/**
 * How a text is cut into SMS segments (3GPP TS 23.038 and 23.040, as Twilio counts).
 *
 * One character outside GSM-7 turns the whole message to UCS-2. No extension pair, surrogate pair or grapheme is cut:
 * it moves whole to the next segment. CR LF is two characters. Linear in the length of the text.
 */
export function segments(text: string, options: { smartEncoding?: boolean } = {}): Segmentation {
  const encoded = options.smartEncoding ? smartEncode(text) : { text, replaced: [] };
  const gsm = isGsm7(encoded.text);
  const counted = gsm ? countSeptets(encoded.text) : countUnits(encoded.text);
  let nonGsm: NonGsmCharacter[] | null = gsm ? [] : null;
  return {
    encoding: gsm ? "GSM-7" : "UCS-2",
    ...counted,
    text: encoded.text,
    // Worked out when somebody looks: an editor does, a campaign's million messages do not.
    get nonGsm() {
      nonGsm ??= nonGsmCharacters(text, options.smartEncoding ?? false);
      return nonGsm;
    },
    replaced: encoded.replaced,
  };
}

type Count = Pick<Segmentation, "segments" | "unitsUsed" | "unitsLeft" | "unitsPerSegment">;

function alone(unitsUsed: number, unitsPerSegment: number): Count {
  return { segments: 1, unitsUsed, unitsLeft: unitsPerSegment - unitsUsed, unitsPerSegment };
}

function countSeptets(text: string): Count {
  const size = SEGMENT_SIZES["GSM-7"];
  let unitsUsed = 0;
  for (let at = 0; at < text.length; at++) unitsUsed += septetsOf(text.charCodeAt(at));
  if (unitsUsed <= size.alone) return alone(unitsUsed, size.alone);
  const filling = new Filling(size.concatenated);
  for (let at = 0; at < text.length; at++) filling.add(septetsOf(text.charCodeAt(at)));
  return filling.count(unitsUsed);
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Latin letters, ordinary punctuation and currency signs: none of these ever joins its neighbour to one grapheme
 * (CR LF counts as two all the same), so such a text is counted without looking for graphemes.
 */
const NEVER_JOINS = /^[\n\r\u0020-\u007e\u00a0-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*$/;

function countUnits(text: string): Count {
  const size = SEGMENT_SIZES["UCS-2"];
  if (text.length <= size.alone) return alone(text.length, size.alone);
  if (NEVER_JOINS.test(text)) return countSingles(text.length, size.concatenated);
  const filling = new Filling(size.concatenated);
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (segment === "\r\n") {
      filling.add(1);
      filling.add(1);
    } else if (segment.length <= size.concatenated) filling.add(segment.length);
    // No segment holds this grapheme (a letter under dozens of accents): it is cut, between its code points.
    else for (const char of segment) filling.add(char.length);
  }
  return filling.count(text.length);
}

/** So many graphemes of one unit each. */
function countSingles(unitsUsed: number, unitsPerSegment: number): Count {
  const segments = Math.ceil(unitsUsed / unitsPerSegment);
  return { segments, unitsUsed, unitsLeft: segments * unitsPerSegment - unitsUsed, unitsPerSegment };
}

/** Fills segments in order; what does not fit whole goes to the next one. */
class Filling {
  readonly #size: number;
  #segments = 1;
  #used = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(units: number): void {
    if (this.#used + units > this.#size) {
      this.#segments++;
      this.#used = 0;
    }
    this.#used += units;
  }

  count(unitsUsed: number): Count {
    return {
      segments: this.#segments,
      unitsUsed,
      unitsLeft: this.#size - this.#used,
      unitsPerSegment: this.#size,
    };
  }
}

/** Those that smart encoding would not have replaced, when it is on. */
function nonGsmCharacters(text: string, smartEncoding: boolean): NonGsmCharacter[] {
  const found: NonGsmCharacter[] = [];
  let index = 0;
  for (const char of text) {
    if (!isGsm7(char) && !(smartEncoding && isGsm7(smartEncode(char).text))) {
      const codePoint = `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
      found.push({ char, index, codePoint, suggestion: gsmSuggestion(char) });
    }
    index += char.length;
  }
  return found;
}
