import {
  BARE_STOP,
  CARRIER_STOP,
  COURTESIES,
  GOOD_WISHES,
  NEGATES_OPT_OUT,
  NUMBER_SIGN,
  OPT_OUT_PHRASES,
  OUR_STOP,
  SHORT_FORM,
  SHORT_FORMS,
  STOP_PHRASES,
  SWEARING,
  WITH,
} from "./reply-words.ts";

/** The rules for English, whose replies are the most, and the most varied. */

const STOP_WORDS: ReadonlySet<string> = new Set([...CARRIER_STOP, ...OUR_STOP]);
/** By law these count as a whole message. In a question or among other sentences they may mean anything. */
const EVERYDAY_WORDS: ReadonlySet<string> = new Set(["cancel", "end", "quit", "revoke", "remove", "no more"]);
const STOP_SENTENCES: ReadonlySet<string> = new Set(
  [...STOP_WORDS].filter((word) => !EVERYDAY_WORDS.has(word)),
);

/** Whether the words say that the person wants no more texts. */
export function saysStop(plain: string): boolean {
  return /[a-z]/.test(plain) && (saysStopAlone(plain, bare(plain)) || saysStopInSentence(plain));
}

/**
 * Makes the text lower case, with plain apostrophes, single spaces and no invisible characters. Punctuation stays.
 */
export function plainText(text: string): string {
  return text
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/[“”„«»]/g, '"')
    .normalize("NFKC")
    .replace(/\p{Cf}|\ufe0f/gu, "")
    .toLowerCase()
    .replace(/[ \t\u00a0]+/g, " ")
    .replace(/\s*[\r\n]+\s*/g, "\n")
    .trim();
}

/** Keeps only words: punctuation, quotes, brackets and emoji become spaces (a stop sign alone counts as a word). */
export function bare(plain: string): string {
  const words = plain.replace(/[^\p{L}\p{N}\p{M}']+/gu, " ").trim();
  return words === "" && plain.includes("🛑")
    ? "🛑"
    : words
        .replace(/(^| )'+|'+(?= |$)/g, "$1")
        .replace(/ +/g, " ")
        .trim();
}

/** Joins letters that stand alone: "S T O P", "please R E M O V E me". */
export const joinSpelled = (words: string): string =>
  words.replace(/(?<=^| )(?:\p{L} ){3,}\p{L}(?=$| )/gu, (letters) => letters.replaceAll(" ", ""));

const LONG_KEYWORD = "unsubscribe";
/** How many letters of the long keyword may be wrong, missing or too many. */
const WRONG_LETTERS = 2;

/** Spells "unsubscribe" right: "unsusbcribe me" becomes "unsubscribe me". "Subscribe" and "resubscribe" stay. */
const spellUnsubscribe = (plain: string): string =>
  plain.replace(/\b(?!re-?sub|subsc)[a-z]{9,13}\b/g, (word) =>
    /sub|scr|ibe/.test(word) && lettersApart(word, LONG_KEYWORD) <= WRONG_LETTERS ? LONG_KEYWORD : word,
  );

/** Spells words in full: "dnt txtin meee" becomes "dont texting me". A letter said thrice or more stands once. */
const spellOut = (plain: string): string =>
  plain
    .replace(/([a-z])\1{2,}/g, "$1")
    .replace(SHORT_FORM, (form) => SHORT_FORMS[form]!)
    .replace(NUMBER_SIGN, "number")
    .replace(SWEARING, "")
    .replace(WITH, "with")
    .replace(GOOD_WISHES, "thanks")
    .replace(/\bun[- ]subscribe/g, "unsubscribe");

/** Other words that are one letter away from "remove". */
const NOT_REMOVE: ReadonlySet<string> = new Set(["removed", "removes", "remover", "remote"]);

/** Spells "remove" right before what is removed: "rwmove me" becomes "remove me". */
const spellRemove = (plain: string): string =>
  plain.replace(/\b[a-z]{5,7}(?= (?:me|us|my)\b)/g, (word) =>
    !NOT_REMOVE.has(word) && lettersApart(word, "remove") <= 1 ? "remove" : word,
  );

/** Returns how many letters must be put in, left out, changed or swapped with a neighbour to make one word the other. */
function lettersApart(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  let earlier = before;
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const isSwapped = row > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      now.push(
        Math.min(
          before[at]! + 1,
          now[at - 1]! + 1,
          before[at - 1]! + (one[row - 1] === other[at - 1] ? 0 : 1),
          isSwapped ? earlier[at - 2]! + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [earlier, before] = [before, now];
  }
  return before[other.length]!;
}

/** Spells "stop" right before what is stopped: "stip texting me" becomes "stop texting me". */
const spellStop = (plain: string): string =>
  plain.replace(
    /\b[a-z]{3,5}(?= (?:texting|messaging|contacting|spamming|bothering|sending (?:me|us|these|this|texts)|(?:the|these|your|ur|all) (?:texts?|messages?|msgs?|sms))\b)/g,
    (word) => (!NOT_MISTYPED.has(word) && lettersApart(word, KEYWORD) <= 1 ? KEYWORD : word),
  );

/** Returns a text as the rules and the listener read it: lower case, with the words of a request spelled right. */
export const spelledOut = (text: string): string =>
  spellStop(spellRemove(spellUnsubscribe(spellOut(plainText(text)))));

function withoutCourtesies(words: string): string {
  const list = words
    .replace(/\bthank (?:you|u)\b/g, "thanks")
    .split(" ")
    .filter((word) => !COURTESIES.has(word));
  // "stop stop stop" means "stop".
  return list.filter((word, at) => word !== list[at - 1]).join(" ");
}

/** "stop remove", "stop and unsubscribe": one keyword after another. */
const ONLY_KEYWORDS =
  /^(?:stop|unsubscribe|unsub|remove me)(?: (?:(?:and|or|n) )?(?:stop|unsubscribe|unsub|remove(?: me)?|cancel|end|quit|opt out|optout|delete(?: me)?|block|cease|exit))+$/;

/** "stop please", "STOOOP", "S.T.O.P", "Stop. Thank you", "You have the wrong number. STOP!" */
function saysStopAlone(plain: string, whole: string): boolean {
  const kernel = withoutCourtesies(whole);
  if (!plain.includes("?") && STOP_WORDS.has(kernel)) return true;
  if (STOP_SENTENCES.has(kernel) || BARE_STOP.test(kernel) || ONLY_KEYWORDS.test(kernel)) return true;
  const sentences = plain
    .split(/[.!?;\n]+|\s+[-–—]+\s+/)
    .map((sentence) => withoutCourtesies(bare(sentence)));
  return sentences.some((sentence, at) => {
    if (!STOP_SENTENCES.has(sentence) && !BARE_STOP.test(sentence)) return false;
    return !/^(?:don'?t|do not|never|not|no|can'?t|won'?t)$/.test(sentences[at - 1] ?? "");
  });
}

const ALL_PHRASES = [...STOP_PHRASES, ...OPT_OUT_PHRASES];

function saysStopInSentence(plain: string): boolean {
  // A question that quotes our instruction is not an answer to it.
  if (/\b(?:reply|text|send)(?:ing)? ["']?stop["']? to\b/.test(plain) && plain.includes("?")) return false;
  const clause = plain.replace(/["()*_]/g, "");
  const phrases = clause.includes(KEYWORD) ? ALL_PHRASES : OPT_OUT_PHRASES;
  return phrases.some((phrase) => {
    const found = phrase.exec(clause);
    return found !== null && !isNegated(clause, found);
  });
}

/** "don't stop texting me", "why did you stop texting me?", "you don't text me any more", "I never unsubscribed". */
function isNegated(clause: string, found: RegExpExecArray): boolean {
  const before = clause
    .slice(0, found.index)
    .split(/[.!?;\n]/)
    .at(-1)!;
  if (NEGATES_OPT_OUT.test(before)) return true;
  if (/^(?:don'?t|do not|never) (?!want|wish|need|like|care|agree|consent|have|give)/.test(found[0])) {
    return /\b(?:you|u|they|he|she|why|if|we|i|who|please why) $/.test(before);
  }
  return false;
}

/** Whether a whole message means STOP by law or custom. */
export const isStopWord = (whole: string): boolean => STOP_WORDS.has(whole);
/** Whether a stop word has other meanings every day. */
export const isEverydayWord = (word: string): boolean => EVERYDAY_WORDS.has(word);

const KEYWORD = "stop";
/** Words that are one letter away from "stop". */
const NOT_MISTYPED = new Set([
  "top",
  "shop",
  "step",
  "slop",
  "sop",
  "spot",
  "swop",
  "stow",
  "stoop",
  "strop",
  "stops",
  "stoup",
  "stomp",
  "estop",
  "stope",
]);
const FIGURES: Readonly<Record<string, string>> = {
  0: "o",
  1: "i",
  3: "e",
  4: "a",
  5: "s",
  7: "t",
  $: "s",
  "@": "a",
};

/**
 * Whether a message of one word is a mistyped STOP. "st0p", "sttop" and "sotp" are no other word; a missing or other
 * letter ("stp", "stap") leaves a doubt.
 */
export function mistypedStop(whole: string): "opt-out" | "doubtful" | "none" {
  const word = withoutCourtesies(whole);
  if (word.length < 3 || word.length > 12 || word.includes(" ")) return "none";
  const letters = word.replace(/[013457$@]/g, (figure) => FIGURES[figure]!);
  if (letters !== word && /[a-z]/.test(word) && STOP_SENTENCES.has(letters)) return "opt-out";
  if (NOT_MISTYPED.has(word) || word.length > KEYWORD.length + 1) return "none";
  if (isOneMore(word) || isSwapped(word)) return "opt-out";
  return isOneOther(word) ? "doubtful" : "none";
}

/** Whether leaving out one letter gives the keyword. */
const isOneMore = (word: string) =>
  word.length === KEYWORD.length + 1 &&
  [...word].some((_, at) => word.slice(0, at) + word.slice(at + 1) === KEYWORD);

/** Whether two neighbours are swapped. */
const isSwapped = (word: string) =>
  [0, 1, 2].some(
    (at) => word === KEYWORD.slice(0, at) + KEYWORD[at + 1] + KEYWORD[at] + KEYWORD.slice(at + 2),
  );

/** Whether one letter is missing, or is another. */
const isOneOther = (word: string) =>
  [...KEYWORD].some((_, at) => {
    const [before, after] = [KEYWORD.slice(0, at), KEYWORD.slice(at + 1)];
    return word === before + after || (word.length === 4 && word.startsWith(before) && word.endsWith(after));
  });
