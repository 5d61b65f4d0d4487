import { looksAutomatic } from "./automatic-reply.ts";
import { ownWords } from "./quoted-reply.ts";
import {
  ASKS_FOR_A_PERSON,
  BARE_STOP,
  CARRIER_HELP,
  CARRIER_START,
  CARRIER_STOP,
  COURTESIES,
  NEGATES_OPT_OUT,
  OPT_OUT_PHRASES,
  OUR_STOP,
  SAYS_YES,
  STOP_INSTRUCTION,
  WANTS_TEXTS,
} from "./reply-words.ts";

/**
 * What a reply asks for. `ask-a-person`: it may be an opt-out, and an operator must decide. `wants-texts`: a person
 * on the do-not-contact list may want texts again, which only an operator may allow. `reaction`: a phone wrote it and
 * quoted our text.
 */
export const REPLY_KINDS = [
  "opt-out",
  "opt-in",
  "help",
  "ask-a-person",
  "wants-texts",
  "reaction",
  "none",
] as const;
export type ReplyKind = (typeof REPLY_KINDS)[number];

const STOP_WORDS: ReadonlySet<string> = new Set([...CARRIER_STOP, ...OUR_STOP]);
/** By law these count as a whole message. In a question or among other sentences they may mean anything. */
const EVERYDAY_WORDS: ReadonlySet<string> = new Set(["cancel", "end", "quit", "revoke", "remove", "no more"]);
const STOP_SENTENCES: ReadonlySet<string> = new Set(
  [...STOP_WORDS].filter((word) => !EVERYDAY_WORDS.has(word)),
);
/** "Yes" may answer anything, so it does not opt in, although the carrier treats it as START. */
const START_WORDS: ReadonlySet<string> = new Set(CARRIER_START.filter((word) => word !== "yes"));
const HELP_WORDS: ReadonlySet<string> = new Set([...CARRIER_HELP, "aide", "ayuda", "hilfe"]);

/** Twilio never delivers more. Of a longer text only the beginning counts. */
const MAX_LENGTH = 1600;

/**
 * Returns what a reply asks for, by four rules in this order: a keyword as the whole message; a keyword among
 * courtesies ("Stop. Thank you"); an opt-out in a sentence ("please stop texting me"), unless words before it negate
 * it ("don't stop …"); a mention that only a person can understand ("we must stop this bill"). A doubtful text is
 * never an opt-in, because consent must be given. It goes to an operator, because a missed STOP breaks the law and a
 * false one loses a supporter.
 *
 * `ours` are the texts recently sent to the person. Quotations of them are not the person's words. Sources: Twilio's
 * default keywords; 47 CFR 64.1200(a)(10) (any reasonable means); Spam Act 2003 (AU) s 18.
 */
export function classifyReply(text: string, ours: readonly string[] = []): WordKind | "reaction" {
  const own = ownWords(text.slice(0, MAX_LENGTH), ours);
  const kind = classifyWords(own.text);
  if (kind === "opt-out") return kind;
  if (own.doubtful !== "" && mayBeOptOut(classifyWords(own.doubtful))) return "ask-a-person";
  return own.isQuoting && !/[\p{L}\p{N}]/u.test(own.text) ? "reaction" : kind;
}

/** What the words alone may ask for. */
type WordKind = Exclude<ReplyKind, "reaction" | "wants-texts">;

function mayBeOptOut(kind: WordKind): boolean {
  return kind === "opt-out" || kind === "ask-a-person";
}

function classifyWords(text: string): WordKind {
  const plain = plainText(text);
  const others = plain.replace(STOP_INSTRUCTION, " ");
  // Among other words or in quotation marks the instruction may be a footer of ours or of a machine: an operator must
  // read it.
  if (others !== plain && (bare(others) !== "" || plain.startsWith('"')))
    return saysStop(others) ? "opt-out" : "ask-a-person";
  const whole = bare(plain);
  const asks = plain.includes("?");
  if (STOP_WORDS.has(whole)) return asks && EVERYDAY_WORDS.has(whole) ? "ask-a-person" : "opt-out";
  // A question is not consent: "Start?" asks something.
  if (START_WORDS.has(whole)) return asks ? "none" : "opt-in";
  if (HELP_WORDS.has(whole)) return "help";
  if (saysStop(plain)) return "opt-out";
  return ASKS_FOR_A_PERSON.test(plain) ? "ask-a-person" : "none";
}

function saysStop(plain: string): boolean {
  return saysStopAlone(plain, bare(plain)) || saysStopInSentence(plain);
}

/**
 * Makes the text lower case, with plain apostrophes, single spaces and no invisible characters. Punctuation stays.
 */
function plainText(text: string): string {
  return text
    .slice(0, MAX_LENGTH)
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
function bare(plain: string): string {
  const words = plain.replace(/[^\p{L}\p{N}\p{M}']+/gu, " ").trim();
  return words === "" && plain.includes("🛑")
    ? "🛑"
    : words
        .replace(/(^| )'+|'+(?= |$)/g, "$1")
        .replace(/ +/g, " ")
        .trim();
}

function withoutCourtesies(words: string): string {
  const list = words
    .replace(/\bthank (?:you|u)\b/g, "thanks")
    .split(" ")
    .filter((word) => !COURTESIES.has(word));
  // "stop stop stop" means "stop".
  return list.filter((word, at) => word !== list[at - 1]).join(" ");
}

/** "stop please", "STOOOP", "S.T.O.P", "Stop. Thank you", "You have the wrong number. STOP!" */
function saysStopAlone(plain: string, whole: string): boolean {
  const kernel = withoutCourtesies(whole);
  if (!plain.includes("?") && STOP_WORDS.has(kernel)) return true;
  if (STOP_SENTENCES.has(kernel) || BARE_STOP.test(kernel)) return true;
  const sentences = plain
    .split(/[.!?;\n]+|\s+[-–—]+\s+/)
    .map((sentence) => withoutCourtesies(bare(sentence)));
  return sentences.some((sentence, at) => {
    if (!STOP_SENTENCES.has(sentence) && !BARE_STOP.test(sentence)) return false;
    return !/^(?:don'?t|do not|never|not|no|can'?t|won'?t)$/.test(sentences[at - 1] ?? "");
  });
}

function saysStopInSentence(plain: string): boolean {
  // A question that quotes our instruction is not an answer to it.
  if (/\b(?:reply|text|send)(?:ing)? ["']?stop["']? to\b/.test(plain) && plain.includes("?")) return false;
  const clause = plain.replace(/["()*_]/g, "");
  return OPT_OUT_PHRASES.some((phrase) => {
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

/** What a reply asks for and what to answer. `answer` null: nothing; `why` gives the reason in a sentence. */
export interface ReplyPlan {
  kind: ReplyKind;
  answer: string | null;
  why: string;
}

export interface Reply {
  text: string;
  /** STOP, START or HELP when the carrier recognised one with Advanced Opt-Out. */
  optOutType?: string | null;
  /** Whether the carrier answers its own keywords for the receiving number (it does not for a short code). */
  carrierHandlesKeywords: boolean;
  /** The source of this person's do-not-contact entry; null if there is none. */
  listedBy: string | null;
  /** The texts recently sent to the person. */
  ours?: readonly string[];
}

/** The sources whose opt-out the person's own START lifts: the person's reply, and the carrier. */
export const LIFTED_BY_START: readonly string[] = ["reply", "carrier"];

/** The kinds of automatic answers. */
export type AnswerKind = "opt-out" | "opt-in" | "help";

// Confirmations without any marketing: the US rule allows exactly one.
const ANSWERS: Readonly<Record<AnswerKind, string>> = {
  "opt-out": "You have been unsubscribed and will get no more texts from us. Reply START to get them again.",
  "opt-in": "You are subscribed again. Reply HELP for help, STOP to unsubscribe. Msg & data rates may apply.",
  help: "Reply STOP to get no more texts from us. For anything else, write here and a person will answer. Msg & data rates may apply.",
};

const CARRIER_TYPES: Readonly<Record<string, AnswerKind>> = {
  STOP: "opt-out",
  START: "opt-in",
  HELP: "help",
};
const CARRIER_WORDS: ReadonlySet<string> = new Set([...CARRIER_STOP, ...CARRIER_START, ...CARRIER_HELP]);

/**
 * Returns what to do about a reply. One STOP gets one confirmation: the carrier's if it recognised the word, else
 * ours. Only START and UNSTOP lift an opt-out, and only one that the person or the carrier set. "Yes" does not,
 * although the carrier treats it as START. Other requests for texts go to an operator. A machine gets no answer.
 */
export function replyPlan(reply: Reply): ReplyPlan {
  const { text, listedBy } = reply;
  const byCarrier = CARRIER_TYPES[reply.optOutType?.trim().toUpperCase() ?? ""];
  const kind = byCarrier && !(byCarrier === "opt-in" && SAYS_YES.test(text)) ? byCarrier : ownKind(reply);
  if (listedBy !== null && asksForTexts(kind, text, listedBy)) {
    const why = "They are on the do-not-contact list and may want texts again: a person should read it.";
    return { kind: "wants-texts", answer: null, why };
  }
  if (kind === byCarrier) return silent(kind, "The carrier recognised the word and has answered.");
  if (kind === "reaction") return silent(kind, "A phone wrote it, quoting our text.");
  if (kind === "ask-a-person") return silent(kind, "It may be an opt-out: a person should read it.");
  if (kind === "none") return silent(kind, "It is an ordinary reply.");
  // The kind stays `opt-in`, because an earlier opt-out may arrive later.
  if (kind === "opt-in" && listedBy === null)
    return silent(kind, "The person is not opted out, so there is nothing to lift.");
  if (reply.carrierHandlesKeywords && CARRIER_WORDS.has(text.trim().toLowerCase()))
    return silent(kind, "The carrier answers this word itself.");
  if (looksAutomatic(text)) return silent(kind, "A machine seems to have written it.");
  return { kind, answer: ANSWERS[kind], why: "The carrier does not answer this, so we confirm it once." };
}

const ownKind = ({ text, ours }: Reply) => classifyReply(text, ours);

function silent(kind: ReplyKind, why: string): ReplyPlan {
  return { kind, answer: null, why };
}

/** Whether a person on the list asks for texts, which only an operator may allow. */
function asksForTexts(kind: ReplyKind, text: string, listedBy: string): boolean {
  if (kind === "opt-in") return !LIFTED_BY_START.includes(listedBy);
  if (kind === "none") return SAYS_YES.test(text) || WANTS_TEXTS.test(text);
  return kind === "ask-a-person" && WANTS_TEXTS.test(text);
}
