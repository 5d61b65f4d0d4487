import { isGsm7, septetsOf } from "./gsm7.ts";
import { gsmSuggestion, type Replacement, type SmartEncoded, smartEncode } from "./smart-encoding.ts";

/** A character that forces the whole message to UCS-2. `index` counts UTF-16 units of the input. */
export interface NonGsmCharacter {
  char: string;
  index: number;
  /** `U+2019` */
  codePoint: string;
  /** A replacement; "" means "remove it", null means that GSM-7 has no look-alike. */
  suggestion: string | null;
}

export interface Segmentation {
  encoding: "GSM-7" | "UCS-2";
  /** The billed segments. An empty text is one. */
  segments: number;
  /** Septets (GSM-7, extension characters cost two) or UTF-16 units (UCS-2) of the whole text. */
  unitsUsed: number;
  /** Free units in the last segment. */
  unitsLeft: number;
  /** Size of each segment of this message: 160 or 70 alone, 153 or 67 in a concatenated message. */
  unitsPerSegment: number;
  /** The text that is sent: the input, or the input after smart encoding. */
  text: string;
  nonGsm: NonGsmCharacter[];
  replaced: Replacement[];
}

/** A segment has 1,120 bits; in a concatenated message its header takes 6 octets. */
export const SEGMENT_SIZES = {
  "GSM-7": { alone: 160, concatenated: 153 },
  "UCS-2": { alone: 70, concatenated: 67 },
} as const;

/**
 * Splits a text into SMS segments (3GPP TS 23.038 and 23.040, as Twilio counts).
 *
 * One character outside GSM-7 turns the whole message to UCS-2. Extension pairs, surrogate pairs and graphemes are
 * not split: they move to the next segment. CR LF is two characters. Takes linear time.
 */
export function segments(text: string, options: { smartEncoding?: boolean } = {}): Segmentation {
  const encoded = options.smartEncoding ? encodedForLess(text) : { text, replaced: [] };
  const gsm = isGsm7(encoded.text);
  const counted = gsm ? countSeptets(encoded.text) : countUnits(encoded.text);
  let nonGsm: NonGsmCharacter[] | null = gsm ? [] : null;
  return {
    encoding: gsm ? "GSM-7" : "UCS-2",
    ...counted,
    text: encoded.text,
    // Computed on first use: an editor needs it, the million messages of a campaign do not.
    get nonGsm() {
      nonGsm ??= nonGsmCharacters(text, options.smartEncoding ?? false);
      return nonGsm;
    },
    replaced: encoded.replaced,
  };
}

/**
 * Applies smart encoding as far as it makes nothing longer: the result never has more segments, nor more bits on the air,
 * than the text.
 */
function encodedForLess(text: string): SmartEncoded {
  const full = smartEncode(text);
  if (full.replaced.length === 0) return full;
  // The table has no character of GSM-7, so the text is UCS-2.
  const before = countUnits(text);
  if (isGsm7(full.text)) {
    const after = countSeptets(full.text);
    const isShorter = after.unitsUsed * SEPTET_BITS <= before.unitsUsed * UNIT_BITS;
    if (isShorter && after.segments <= before.segments) return full;
  }
  const partly = smartEncode(text, { sameLength: true });
  return countUnits(partly.text).segments <= before.segments ? partly : { text, replaced: [] };
}

const SEPTET_BITS = 7;
const UNIT_BITS = 16;

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
 * Latin letters, ordinary punctuation and currency signs never join into one grapheme (CR LF counts as two anyway).
 * Such a text is counted without a search for graphemes.
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
    // The grapheme is longer than a segment (a letter with dozens of accents), so it is split between code points.
    else for (const char of segment) filling.add(char.length);
  }
  return filling.count(text.length);
}

/** Counts a text where every grapheme is one unit. */
function countSingles(unitsUsed: number, unitsPerSegment: number): Count {
  const segments = Math.ceil(unitsUsed / unitsPerSegment);
  return { segments, unitsUsed, unitsLeft: segments * unitsPerSegment - unitsUsed, unitsPerSegment };
}

/** Fills segments in order. What does not fit goes to the next one. */
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

/** Returns the characters outside GSM-7; with smart encoding, those that it does not replace. */
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
