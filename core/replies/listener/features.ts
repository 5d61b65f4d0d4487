import type { Tokens } from "../tokens.ts";

/**
 * What the second listener hears of a text: its words, their beginnings and parts, and what the words do by the
 * grammar. Each is put into one of a fixed number of buckets by its hash (FNV-1a), so that no table of words is needed.
 */
export const BUCKETS = 1 << 15;

/** A longer text says what it wants at its beginning. So the work is limited, too. */
const WORDS_MAX = 60;
const LETTERS_MAX = 30;
/** The lengths of parts of words. */
const PART_MIN = 3;
const PART_MAX = 4;
/** How far apart two words may stand whose roles are heard together. */
const NEAR = 2;

const START = 0x811c9dc5;
const PRIME = 0x01000193;
/** Kinds of features, so that a word and a role with the same number don't share a bucket. */
const KIND = {
  word: 1,
  pair: 2,
  part: 3,
  signs: 4,
  role: 5,
  roles: 6,
  near: 7,
  unknown: 8,
  size: 9,
  question: 10,
};

const step = (hash: number, code: number) => Math.imul(hash ^ code, PRIME) >>> 0;
const goOn = (start: number, word: string) => {
  let hash = start;
  for (let at = 0; at < word.length; at += 1) hash = step(hash, word.charCodeAt(at));
  return hash;
};
const hashOf = (kind: number, word: string) => goOn(step(START, kind), word);
/** The hash of two words with a space between them. */
const hashOfPair = (before: string, word: string) =>
  goOn(step(goOn(step(START, KIND.pair), before), 0x20), word);
/** Mixes the upper half into the lower, which alone chooses the bucket. */
const bucketOf = (hash: number) => {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return (mixed ^ (mixed >>> 12)) & (BUCKETS - 1);
};

/** Which text put something into a bucket last, so that each bucket is heard once. */
const STAMPS = new Float64Array(BUCKETS);
let stamp = 0;

/** Returns the buckets of a text, each once. `roles` are those of its words, as `rolesInBestLanguage` gives them. */
export function featuresOf(tokens: Tokens, roles: readonly number[]): readonly number[] {
  const buckets: number[] = [];
  stamp += 1;
  const add = (hash: number) => {
    const bucket = bucketOf(hash);
    if (STAMPS[bucket] === stamp) return;
    STAMPS[bucket] = stamp;
    buckets.push(bucket);
  };
  addWords(joinSigns(tokens), add);
  addRoles(roles.slice(0, WORDS_MAX), add);
  const { length } = tokens.words;
  add(step(hashOf(KIND.size, ""), Math.min(4, Math.ceil(Math.log2(length + 1)))));
  if (tokens.isQuestion) add(hashOf(KIND.question, ""));
  return buckets;
}

/** Signs of scripts without spaces are heard together. */
function joinSigns({ words, isSign }: Tokens): string[] {
  const joined: string[] = [];
  words.slice(0, WORDS_MAX).forEach((word, at) => {
    if (isSign[at] && isSign[at - 1]) joined[joined.length - 1] += word;
    else joined.push(word);
  });
  return joined;
}

function addWords(words: readonly string[], add: (hash: number) => void): void {
  let before = "";
  for (const word of words) {
    add(hashOf(KIND.word, word));
    add(hashOfPair(before, word));
    addParts(`_${word.slice(0, LETTERS_MAX)}_`, add);
    before = word;
  }
  add(hashOfPair(before, ""));
}

/** Adds parts of a word of three and four letters. Two signs of a script without spaces are a word. */
function addParts(word: string, add: (hash: number) => void): void {
  for (let from = 0; from < word.length; from += 1) {
    let hash = step(START, KIND.part);
    for (let size = 1; size <= PART_MAX && from + size <= word.length; size += 1) {
      hash = step(hash, word.charCodeAt(from + size - 1));
      if (size >= PART_MIN) add(hash);
    }
    if (word.charCodeAt(from) > 0x7f) add(hashOf(KIND.signs, word.slice(from, from + 2)));
  }
}

function addRoles(roles: readonly number[], add: (hash: number) => void): void {
  const base = hashOf(KIND.roles, "");
  const found = new Set<number>();
  for (const role of roles)
    for (let bits = role; bits !== 0; bits &= bits - 1) found.add(31 - Math.clz32(bits & -bits));
  const all = [...found].sort((one, other) => one - other);
  all.forEach((one, at) => {
    add(step(hashOf(KIND.role, ""), one));
    for (const other of all.slice(at + 1)) add(step(step(base, one), other));
  });
  roles.forEach((role, at) => {
    for (const next of roles.slice(at + 1, at + 1 + NEAR)) add(step(step(hashOf(KIND.near, ""), role), next));
  });
  add(step(hashOf(KIND.unknown, ""), Math.min(5, roles.filter((role) => role === 0).length)));
}
