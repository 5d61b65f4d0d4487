import { requestOf } from "./grammar.ts";
import { COURTEOUS_WORDS, LEXICON, PHRASES, type Said, WHOLE_OPT_OUTS } from "./languages.ts";
import { type Found, findPhrases } from "./phrases.ts";
import { INSIDE, SENTENCE_END, type Tokens } from "./tokens.ts";

/**
 * What the words of all languages say together. `opt-out`: the whole message or a clause of it is a word of opting out.
 * `phrased` and `requested`: an opt-out, by a phrase or by what its words do. `doubtful`: words of an opt-out are there,
 * but others, too. `other-way`: so are calls or mail, and texts are asked for. `turned`: such words, but a thing, a time, a "not" or another way to be reached is there, too. `innocent`: no opt-out, although a word of one is there ("bus stop").
 */
export type SaidKind =
  | "opt-out"
  | "phrased"
  | "requested"
  | "partial-opt-out"
  | "ask-a-person"
  | "doubtful"
  | "other-way"
  | "turned"
  | "innocent"
  | "none";

const isCourtesy = (word: string) => COURTEOUS_WORDS.has(word);

/**
 * Returns what a text says in any of the languages of `words`: an opt-out, one from some messages only, something that
 * only a person can understand, or nothing of that.
 */
export function meaningOf(tokens: Tokens): SaidKind {
  const { words } = tokens;
  if (saysWhole(words, 0, words.length)) return tokens.isQuestion ? "ask-a-person" : "opt-out";
  const { found } = findPhrases(tokens, PHRASES, isCourtesy);
  const innocent = found.filter(({ value }) => value.meaning === "innocent");
  const isBlocked = (at: number) => innocent.some(({ from, to }) => from <= at && at < to);
  const { request, limited, languages, isTurned } = requestOf(tokens, LEXICON, isCourtesy, isBlocked);
  const limitsOf = (one: Found<Said>) =>
    limited.filter(
      ({ range: [from, to], language }) =>
        language === one.value.language && from <= one.from && one.to <= to,
    );
  const isLimited = (one: Found<Said>) =>
    (one.value.meaning === "optOut" || one.value.meaning === "weak") &&
    limitsOf(one).some(({ isDoubtful }) => !isDoubtful);
  const counted = found.filter(
    (one) => one.value.meaning !== "innocent" && !isInside(one, innocent) && !isLimited(one),
  );
  const says = (...meanings: Said["meaning"][]) =>
    counted.some(({ value }) => meanings.includes(value.meaning));
  const clause = clauseThatSaysStop(tokens, innocent);
  if (says("partial")) return "partial-opt-out";
  const isHeard =
    clause !== "none" ||
    request !== "none" ||
    says("optOut", "asks", "mentions") ||
    counted.some((one) => one.value.meaning === "weak" && isShort(tokens, one));
  if (isHeard && says("keeps")) return "partial-opt-out";
  if (isHeard && wantsTexts(counted)) return "other-way";
  if (clause === "last" && !tokens.isQuestion) return "opt-out";
  const doubts = found.filter(({ value }) => value.meaning === "doubts");
  const isPlain = (one: Found<Said>) =>
    !isNegated(tokens, one) &&
    limitsOf(one).length === 0 &&
    !goesOn(tokens, one) &&
    !doubts.some(
      (doubt) =>
        doubt.value.language === one.value.language &&
        !isInside(doubt, [one]) &&
        isSameSentence(tokens, one, doubt),
    );
  if (counted.some((one) => one.value.meaning === "optOut" && isPlain(one))) return "phrased";
  const isDoubted = doubts.some(({ value }) => languages.has(value.language));
  if (request === "opt-out" && !isDoubted) return "requested";
  if (isHeard) {
    if (says("asks") || clause !== "none") return "ask-a-person";
    const isBound = limited.length > 0 || doubts.length > 0 || innocent.length > 0;
    return isTurned || isBound ? "turned" : "doubtful";
  }
  return innocent.length > 0 ? "innocent" : "none";
}

/** Whether calls or mail are named and texts are asked for: "no me llame, escríbame por aquí". */
const wantsTexts = (found: readonly Found<Said>[]) =>
  found.some(
    ({ value }) =>
      value.meaning === "wantsThisWay" &&
      found.some(({ value: other }) => other.meaning === "otherWays" && other.language === value.language),
  );

/** What an apostrophe cuts off: the "t" of "don't". */
const CONTRACTED: ReadonlySet<string> = new Set(["t", "s", "m", "d", "ll", "ve", "re"]);
/** How many words, courtesies aside, are few beside a weak one. */
const FEW_WORDS = 3;

/** Whether little is said beside a phrase: about two words. A sign of a script without spaces counts half. */
function isShort({ words, ends, isSign }: Tokens, { from, to, value }: Found<Said>): boolean {
  if (ends[to - 1] === INSIDE && value.articles.has(words[to]!)) return false;
  const sizeOf = (word: string, at: number) =>
    isCourtesy(word) || CONTRACTED.has(word) ? 0 : isSign[at] ? 0.5 : 1;
  const size = words.reduce((sum, word, at) => sum + sizeOf(word, at), 0);
  return size <= FEW_WORDS + (to - from > 1 && !isSign[from] ? 1 : 0);
}

/** Whether the words from there to there, courtesies at both ends aside, are a whole message that means STOP. */
function saysWhole(words: readonly string[], from: number, to: number): boolean {
  if (WHOLE_OPT_OUTS.has(words.slice(from, to).join(" "))) return true;
  let [first, last] = [from, to];
  while (first < last && isCourtesy(words[first]!)) first += 1;
  while (last > first && isCourtesy(words[last - 1]!)) last -= 1;
  const kernel = words.slice(first, last);
  // "stop stop stop" means "stop".
  const once = kernel.filter((word, at) => word !== kernel[at - 1]).join(" ");
  return WHOLE_OPT_OUTS.has(kernel.join(" ")) || WHOLE_OPT_OUTS.has(once);
}

/** Words at the end of a clause that turn the next one round: "Don't. Stop." The "t" is left of "don't". */
const NEGATE_THE_NEXT = new Set(["t", "dont", "cant", "wont", "not", "never"]);

/**
 * Whether a clause of several is a whole message that means STOP: "No me interesa, basta". As the last one it is a
 * wish. Before others it may begin a sentence ("Стоп, а сколько стоит?").
 */
function clauseThatSaysStop(
  { words, ends }: Tokens,
  innocent: readonly Found<Said>[],
): "last" | "before" | "none" {
  let says: "last" | "before" | "none" = "none";
  let from = 0;
  for (let at = 0; at < words.length; at += 1) {
    const isLast = at === words.length - 1;
    if (ends[at] === INSIDE && !isLast) continue;
    const isStop = saysWhole(words, from, at + 1) && !isInside({ from, to: at + 1 }, innocent);
    const isOnlyCourteous = words.slice(from, at + 1).every(isCourtesy);
    if (isStop && !NEGATE_THE_NEXT.has(words[from - 1] ?? "")) says = "last";
    else if (says === "last" && !isOnlyCourteous) says = "before";
    from = at + 1;
  }
  return says;
}

const isInside = ({ from, to }: { from: number; to: number }, innocent: readonly Found<Said>[]) =>
  innocent.some((other) => other.from <= from && other.to >= to);

/** Whether no sentence ends between two phrases. */
function isSameSentence({ ends }: Tokens, one: Found<Said>, other: Found<Said>): boolean {
  const [first, second] = one.from < other.from ? [one, other] : [other, one];
  return !ends.slice(first.from, second.from).includes(SENTENCE_END);
}

/** How many words before an opt-out may turn it round: "no quiero darme de baja". */
const NEGATOR_WORDS = 2;

function isNegated({ words, ends }: Tokens, { from, value }: Found<Said>): boolean {
  for (let at = from - 1; at >= Math.max(0, from - NEGATOR_WORDS) && ends[at] === INSIDE; at -= 1)
    if (value.negators.has(words[at]!) || NEGATE_THE_NEXT.has(words[at]!)) return true;
  return false;
}

/**
 * Whether a word that its language doesn't know follows in the same clause: "nie pisz tak szybko". In a language whose
 * objects come first, also whether one stands before: "light band karo".
 */
function goesOn({ words, ends }: Tokens, { from, to, value }: Found<Said>): boolean {
  const isUnknown = (word: string) => !value.knows(word) && !isCourtesy(word) && !/^\d+$/.test(word);
  for (let at = to; at < words.length && ends[at - 1] === INSIDE; at += 1)
    if (isUnknown(words[at]!)) return true;
  if (!value.isObjectFirst) return false;
  for (let at = from - 1; at >= 0 && ends[at] === INSIDE; at -= 1) if (isUnknown(words[at]!)) return true;
  return false;
}
