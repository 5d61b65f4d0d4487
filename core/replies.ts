import {
  ASKS_FOR_A_PERSON,
  BARE_STOP,
  CARRIER_HELP,
  CARRIER_START,
  CARRIER_STOP,
  COURTESIES,
  OPT_OUT_PHRASES,
  OUR_STOP,
  TURNS_IT_ROUND,
} from "./reply-words.ts";

/** What a reply asks for. `ask-a-person`: it may be an opt-out, and only a person should decide. */
export const REPLY_KINDS = ["opt-out", "opt-in", "help", "ask-a-person", "none"] as const;
export type ReplyKind = (typeof REPLY_KINDS)[number];

const STOP_WORDS: ReadonlySet<string> = new Set([...CARRIER_STOP, ...OUR_STOP]);
/** As a whole message the law counts these; as a question or among other sentences they may be about anything. */
const EVERYDAY_WORDS: ReadonlySet<string> = new Set(["cancel", "end", "quit", "revoke", "remove", "no more"]);
const STOP_SENTENCES: ReadonlySet<string> = new Set(
  [...STOP_WORDS].filter((word) => !EVERYDAY_WORDS.has(word)),
);
const START_WORDS: ReadonlySet<string> = new Set(CARRIER_START);
const HELP_WORDS: ReadonlySet<string> = new Set([...CARRIER_HELP, "aide", "ayuda", "hilfe"]);

/** Twilio never delivers more; a longer text is judged by its beginning. */
const MAX_LENGTH = 1600;

/**
 * What a reply asks for, by graded rules: a keyword as the whole message; a keyword among courtesies ("Stop. Thank
 * you"); an opt-out said in a sentence ("please stop texting me"), unless the words before it turn it round ("don't
 * stop …"); a mention that only a person can judge ("we must stop this bill"). In doubt never an opt-in, because
 * consent must be given; in doubt a person, because silence on a real STOP breaks the law and a false one loses a
 * supporter.
 *
 * Sources: Twilio's default keywords; 47 CFR 64.1200(a)(10) (any reasonable means); Spam Act 2003 (AU) s 18.
 */
export function classifyReply(text: string): ReplyKind {
  const plain = plainText(text);
  const whole = bare(plain);
  const asks = plain.includes("?");
  if (STOP_WORDS.has(whole)) return asks && EVERYDAY_WORDS.has(whole) ? "ask-a-person" : "opt-out";
  // A question is no consent: "Start?" asks something.
  if (START_WORDS.has(whole)) return asks ? "none" : "opt-in";
  if (HELP_WORDS.has(whole)) return "help";
  if (saysStopAlone(plain, whole) || saysItInASentence(plain)) return "opt-out";
  return ASKS_FOR_A_PERSON.test(plain) ? "ask-a-person" : "none";
}

/** Lower case, plain apostrophes, one space, nothing invisible. Sentence signs stay. */
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

/** Words only: punctuation, quotes, brackets and emoji count as space (the stop sign alone is a word). */
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
  // "stop stop stop" says no more than "stop".
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

function saysItInASentence(plain: string): boolean {
  // Quoting our own instruction back is a question about it, not an answer to it.
  if (/\b(?:reply|text|send)(?:ing)? ["']?stop["']? to\b/.test(plain) && plain.includes("?")) return false;
  const clause = plain.replace(/["()*_]/g, "");
  return OPT_OUT_PHRASES.some((phrase) => {
    const found = phrase.exec(clause);
    return found !== null && !turnedRound(clause, found);
  });
}

/** "don't stop texting me", "why did you stop texting me?", "you don't text me any more", "I never unsubscribed". */
function turnedRound(clause: string, found: RegExpExecArray): boolean {
  const before = clause
    .slice(0, found.index)
    .split(/[.!?;\n]/)
    .at(-1)!;
  if (TURNS_IT_ROUND.test(before)) return true;
  if (/^(?:don'?t|do not|never) (?!want|wish|need|like|care|agree|consent|have|give)/.test(found[0])) {
    return /\b(?:you|u|they|he|she|why|if|we|i|who|please why) $/.test(before);
  }
  return false;
}

/** What came of a reply and what to send back. `answer` null: stay silent; `why` says so in a sentence. */
export interface ReplyPlan {
  kind: ReplyKind;
  answer: string | null;
  why: string;
}

export interface Reply {
  text: string;
  /** STOP, START or HELP when the carrier recognised one with Advanced Opt-Out. */
  optOutType?: string | null;
  /** Whether the carrier answers its own keywords for the number that was texted (not so on a short code). */
  carrierHandlesKeywords: boolean;
  /** Whether this person is opted out now; without it START and YES count as opt-ins. */
  optedOut?: boolean;
}

// Confirmations of what was asked, without a word of marketing: the US rule allows exactly one.
const ANSWERS: Readonly<Record<"opt-out" | "opt-in" | "help", string>> = {
  "opt-out": "You have been unsubscribed and will get no more texts from us. Reply START to get them again.",
  "opt-in": "You are subscribed again. Reply HELP for help, STOP to unsubscribe. Msg & data rates may apply.",
  help: "Reply STOP to get no more texts from us. For anything else, write here and a person will answer. Msg & data rates may apply.",
};

const CARRIER_TYPES: Readonly<Record<string, ReplyKind>> = { STOP: "opt-out", START: "opt-in", HELP: "help" };
const CARRIER_WORDS: ReadonlySet<string> = new Set([...CARRIER_STOP, ...CARRIER_START, ...CARRIER_HELP]);

/** One STOP gets one confirmation: the carrier's where it recognised the word, ours where it did not. */
export function replyPlan(reply: Reply): ReplyPlan {
  const byCarrier = CARRIER_TYPES[reply.optOutType?.trim().toUpperCase() ?? ""];
  if (byCarrier) {
    return { kind: byCarrier, answer: null, why: "The carrier recognised the word and has answered." };
  }
  const kind = classifyReply(reply.text);
  if (kind === "ask-a-person")
    return { kind, answer: null, why: "It may be an opt-out: a person should read it." };
  if (kind === "none") return { kind, answer: null, why: "It is an ordinary reply." };
  if (kind === "opt-in" && reply.optedOut === false) {
    return {
      kind: "none",
      answer: null,
      why: "The person is not opted out, so this answers something else.",
    };
  }
  if (reply.carrierHandlesKeywords && CARRIER_WORDS.has(reply.text.trim().toLowerCase())) {
    return { kind, answer: null, why: "The carrier answers this word itself." };
  }
  return {
    kind,
    answer: ANSWERS[kind],
    why: "The carrier does not answer this, so we confirm it once.",
  };
}
