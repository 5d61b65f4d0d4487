/// <reference path="./arabic-persian-reshaper.d.ts" />
import reshaper from "arabic-persian-reshaper";
import bidiFactory, { type Bidi } from "bidi-js";

/** Its types describe an ES module, and Node loads the other kind. */
const bidi = (bidiFactory as unknown as () => Bidi)();

/** Hebrew, Arabic and the other scripts that are written from the right. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

export const isRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);

/**
 * Returns the lines of a text with their signs in the order of the eye, for a writer that sets signs from left to
 * right. Lines break between words before they are ordered, so that they are read from the top. Arabic letters take the
 * form that joins them (Unicode Standard Annex 9).
 */
export function writtenLines(text: string, width: number, widthOf: (line: string) => number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const base = bidi.getEmbeddingLevels(paragraph).paragraphs[0]?.level === 1 ? "rtl" : "ltr";
    const lines: string[] = [];
    let line = "";
    for (const word of reshaper.ArabicShaper.convertArabic(paragraph).split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && widthOf(longer) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return [...lines, line].map((one) => bidi.getReorderedString(one, bidi.getEmbeddingLevels(one, base)));
  });
}
