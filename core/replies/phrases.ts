import { CLAUSE_END, fold, INSIDE, SENTENCE_END, type Tokens, tokenise } from "./tokens.ts";

/**
 * Phrases of the files in `words`, and where they stand in a text.
 *
 * A phrase is a list of words. `a|b` is one of several, `mand*` any word that begins so, `[word]` may be missing, `~` is
 * a gap of up to three words, `<SEND|x>` a set of the file and more words. `^` is the beginning of a clause and `$` its
 * end, courtesies aside.
 */

/** One word of a phrase: exact words, and beginnings of words. */
interface Word {
  kind: "word";
  exact: ReadonlySet<string>;
  beginnings: readonly string[];
  isOptional: boolean;
}
type Part = Word | { kind: "gap" } | { kind: "start" } | { kind: "end" };

export interface Phrase<T> {
  parts: readonly Part[];
  value: T;
}

/** A phrase in a text: its first word, and the word after its last. */
export interface Found<T> {
  value: T;
  from: number;
  to: number;
}

export type Sets = Readonly<Record<string, string>>;

/** The most words in a gap. A sign of a script without spaces counts half. */
const GAP_MAX = 3;

/** Returns the parts of a phrase. */
export function parsePhrase<T>(text: string, sets: Sets, value: T): Phrase<T> {
  return { value, parts: text.split(" ").flatMap((part) => parsePart(part, sets)) };
}

function parsePart(part: string, sets: Sets): Part[] {
  if (part === "~") return [{ kind: "gap" }];
  if (part === "^") return [{ kind: "start" }];
  if (part === "$") return [{ kind: "end" }];
  const isOptional = part.startsWith("[");
  const words = (isOptional ? part.slice(1, -1) : part)
    .replace(/[<>]/g, "")
    .split("|")
    .flatMap((word) => sets[word]?.split(" ") ?? [word]);
  // Signs without spaces between them are words of their own: one alternative alone may have several.
  if (words.length === 1 && !isOptional) {
    const tokens = tokenise(words[0]!).words;
    if (tokens.length > 1) return tokens.map((word) => toWord([word], false));
  }
  return [toWord(words, isOptional)];
}

function toWord(words: readonly string[], isOptional: boolean): Word {
  const folded = words.map((word) => fold(word));
  const beginnings = folded.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1));
  return {
    kind: "word",
    exact: new Set(folded.filter((word) => !word.endsWith("*"))),
    beginnings,
    isOptional,
  };
}

/** Phrases by their first word, so that a text is read once, whatever the number of phrases. */
export interface PhraseIndex<T> {
  exact: ReadonlyMap<string, readonly Phrase<T>[]>;
  beginnings: ReadonlyMap<string, readonly Phrase<T>[]>;
  lengths: readonly number[];
}

export function indexPhrases<T>(phrases: readonly Phrase<T>[]): PhraseIndex<T> {
  const exact = new Map<string, Phrase<T>[]>();
  const beginnings = new Map<string, Phrase<T>[]>();
  const put = (map: Map<string, Phrase<T>[]>, key: string, phrase: Phrase<T>) => {
    const list = map.get(key);
    if (list) list.push(phrase);
    else map.set(key, [phrase]);
  };
  for (const phrase of phrases) {
    for (const first of firstWords(phrase.parts)) {
      for (const word of first.exact) put(exact, word, phrase);
      for (const word of first.beginnings) put(beginnings, word, phrase);
    }
  }
  return { exact, beginnings, lengths: [...new Set([...beginnings.keys()].map(({ length }) => length))] };
}

/** Returns the words that a phrase may begin with. */
function firstWords(parts: readonly Part[]): Word[] {
  const words: Word[] = [];
  for (const part of parts) {
    if (part.kind !== "word") continue;
    words.push(part);
    if (!part.isOptional) break;
  }
  return words;
}

/** Finds all phrases of an index in a text. `isCourtesy` says which words change nothing at the end of a clause. */
export function findPhrases<T>(
  tokens: Tokens,
  index: PhraseIndex<T>,
  isCourtesy: (word: string) => boolean,
): { found: Found<T>[]; steps: number } {
  const search = new Search(tokens, isCourtesy);
  const found: Found<T>[] = [];
  tokens.words.forEach((word, from) => {
    for (const phrase of startingWith(word, index)) {
      const to = search.find(phrase.parts, from);
      if (to !== null) found.push({ value: phrase.value, from, to });
    }
  });
  return { found, steps: search.steps };
}

function* startingWith<T>(word: string, index: PhraseIndex<T>): Generator<Phrase<T>> {
  const exact = index.exact.get(word);
  if (exact) yield* exact;
  for (const length of index.lengths) {
    if (word.length < length) continue;
    const begun = index.beginnings.get(word.slice(0, length));
    if (begun) yield* begun;
  }
}

class Search {
  steps = 0;
  #from = 0;
  readonly #tokens: Tokens;
  readonly #isCourtesy: (word: string) => boolean;

  constructor(tokens: Tokens, isCourtesy: (word: string) => boolean) {
    this.#tokens = tokens;
    this.#isCourtesy = isCourtesy;
  }

  /** Returns the word after a phrase that begins at this word, or null. */
  find(parts: readonly Part[], from: number): number | null {
    this.#from = from;
    return this.#endOf(parts, 0, from);
  }

  #endOf(parts: readonly Part[], at: number, word: number): number | null {
    this.steps += 1;
    const part = parts[at];
    if (!part) return word;
    if (part.kind === "start") return this.#isStart(word) ? this.#endOf(parts, at + 1, word) : null;
    if (part.kind === "end") return this.#isEnd(word) ? word : null;
    if (part.kind === "gap") return this.#afterGap(parts, at + 1, word);
    if (this.#continues(word) && this.#is(part, word)) {
      const end = this.#endOf(parts, at + 1, word + 1);
      if (end !== null) return end;
    }
    return part.isOptional ? this.#endOf(parts, at + 1, word) : null;
  }

  /** A phrase does not go on behind the end of a sentence. */
  #continues(word: number): boolean {
    const { words, ends } = this.#tokens;
    return word < words.length && (word === this.#from || ends[word - 1] !== SENTENCE_END);
  }

  #is({ exact, beginnings }: Word, at: number): boolean {
    const word = this.#tokens.words[at]!;
    return exact.has(word) || beginnings.some((beginning) => word.startsWith(beginning));
  }

  #afterGap(parts: readonly Part[], at: number, word: number): number | null {
    const { ends, isSign, words } = this.#tokens;
    let size = 0;
    for (let next = word; next <= words.length; next += 1) {
      const end = this.#endOf(parts, at, next);
      if (end !== null) return end;
      size += isSign[next] ? 0.5 : 1;
      if (size > GAP_MAX || ends[next - 1] === SENTENCE_END || ends[next] === SENTENCE_END) return null;
    }
    return null;
  }

  #isStart(word: number): boolean {
    const { ends, words } = this.#tokens;
    let before = word - 1;
    while (before >= 0 && ends[before] === INSIDE && this.#isCourtesy(words[before]!)) before -= 1;
    return before < 0 || ends[before]! >= CLAUSE_END;
  }

  #isEnd(word: number): boolean {
    const { ends, words } = this.#tokens;
    let at = word;
    while (at < words.length && (at === 0 || ends[at - 1] === INSIDE) && this.#isCourtesy(words[at]!))
      at += 1;
    return at >= words.length || at === 0 || ends[at - 1]! >= CLAUSE_END;
  }
}
