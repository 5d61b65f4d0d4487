import patterns from "../data/patterns.json" with { type: "json" };
import type { LabelledReply } from "./measure-replies.ts";

/** Patterns of sentences of one language by what is right for them. */
type Patterns = Partial<Record<LabelledReply["right"], readonly string[]>>;

/** How many sentences of each pattern are made: of English the most, because the most replies are English. */
const EACH = 24;
const EACH_ENGLISH = 90;

/**
 * Returns sentences that the patterns of all languages make: how requests to stop are put together, ordinary sentences
 * of the same words, and complaints. The second listener learns from them what of a sentence matters.
 */
export function composedLessons(): LabelledReply[] {
  const source = "Composed from patterns";
  return Object.entries(patterns as Record<string, Patterns>).flatMap(([language, byRight]) =>
    Object.entries(byRight).flatMap(([right, list]) =>
      list
        .flatMap((pattern) => sentences(pattern, language === "en" ? EACH_ENGLISH : EACH))
        .map((text) => ({ language, right: right as LabelledReply["right"], text, source })),
    ),
  );
}

/** Returns sentences of a pattern, spread over all that it makes. `{a|b}` stands for one of several words, or none. */
function sentences(pattern: string, most: number): string[] {
  const parts = pattern.split(/[{}]/).map((part, at) => (at % 2 === 1 ? part.split("|") : [part]));
  const count = parts.reduce((product, part) => product * part.length, 1);
  const chosen = new Set<string>();
  for (let turn = 0; turn < Math.min(most, count); turn += 1) {
    // A step without a common divisor visits each sentence once.
    let left = count <= most ? turn : (turn * 7_919 * 104_729) % count;
    const words = parts.map((part) => {
      const word = part[left % part.length]!;
      left = Math.floor(left / part.length);
      return word;
    });
    chosen.add(words.join("").replace(/ +/g, " ").trim());
  }
  return [...chosen].filter((text) => text !== "");
}
