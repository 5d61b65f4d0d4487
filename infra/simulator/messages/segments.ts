import gsm7 from "../data/gsm7.json" with { type: "json" };
import smartEncoding from "../data/smart-encoding.json" with { type: "json" };

/**
 * The carrier's own count of segments (3GPP TS 23.038 §6.2.1 and 23.040 §9.2.3.24). It is written separately from the
 * product's, so that each can check the other.
 */
export interface SegmentCount {
  encoding: "GSM-7" | "UCS-2";
  segments: number;
  /** Septets for GSM-7, UTF-16 code units for UCS-2. */
  units: number;
}

const SIZES = { "GSM-7": { alone: 160, joined: 153 }, "UCS-2": { alone: 70, joined: 67 } } as const;
const EXTENDED = new Set(gsm7.extensionString);
const ALPHABET = new Set(gsm7.basicString + gsm7.extensionString);
const REPLACEMENTS = new Map(smartEncoding.map.map((row) => [row.char, row.to]));
/**
 * ASCII that costs one septet a character: all but the backtick, which GSM-7 lacks, and the extended ^ { } \\ [ ~ ]
 * |.
 */
const PLAIN_ASCII = /^[\n\r -Z_a-z]*$/;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Replaces look-alikes by GSM-7 characters, code point by code point, as `SmartEncoded=true` requests. */
export function smartEncode(text: string): string {
  let encoded = "";
  for (const char of text) encoded += REPLACEMENTS.get(char) ?? char;
  return encoded;
}

/** Counts a body's segments. An empty body is one segment. */
export function countSegments(text: string): SegmentCount {
  // Nearly every marketing text is one plain segment, so this avoids the slow path.
  if (text.length <= 160 && PLAIN_ASCII.test(text)) {
    return { encoding: "GSM-7", segments: 1, units: text.length };
  }
  const encoding = isGsm7(text) ? "GSM-7" : "UCS-2";
  const costs = encoding === "GSM-7" ? septetCosts(text) : graphemeCosts(text);
  return { encoding, ...pack(costs, SIZES[encoding]) };
}

function isGsm7(text: string): boolean {
  for (const char of text) if (!ALPHABET.has(char)) return false;
  return true;
}

function septetCosts(text: string): number[] {
  return [...text].map((char) => (EXTENDED.has(char) ? 2 : 1));
}

/** A grapheme moves whole into the next segment. CR LF is an exception: it counts as two characters. */
function graphemeCosts(text: string): number[] {
  const costs: number[] = [];
  for (const { segment } of graphemes.segment(text)) {
    if (segment === "\r\n") costs.push(1, 1);
    else costs.push(segment.length);
  }
  return costs;
}

function pack(costs: number[], size: { alone: number; joined: number }): { segments: number; units: number } {
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  if (units <= size.alone) return { segments: 1, units };
  let segments = 1;
  let used = 0;
  for (const cost of costs) {
    if (used + cost > size.joined) {
      segments += 1;
      used = 0;
    }
    used += cost;
  }
  return { segments, units };
}
