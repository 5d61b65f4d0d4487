import { type AddedWords, meaningByAdded } from "./added-words.ts";
import { looksAutomatic } from "./automatic-reply.ts";
import {
  bare,
  isEverydayWord,
  isStopWord,
  joinSpelled,
  mistypedStop,
  plainText,
  saysStop,
  spelledOut,
} from "./english.ts";
import { COURTEOUS_WORDS, WHOLE_HELP, WHOLE_WANTS_TEXTS } from "./languages.ts";
import { type Allowed, decide, type ReadKind, soundOf } from "./listener/listener.ts";
import { meaningOf } from "./meaning.ts";
import { isOwnKeyword } from "./own-keyword.ts";
import { ownWords } from "./quoted-reply.ts";
import {
  CARRIER_HELP,
  CARRIER_START,
  CARRIER_STOP,
  SAYS_YES,
  STOP_INSTRUCTION,
  WANTS_TEXTS,
} from "./reply-words.ts";
import { splitSignature } from "./signature.ts";
import { type Tokens, tokenise } from "./tokens.ts";
import { isEnglish, isKnown, isOtherLanguage, isUnknownLanguage } from "./unknown-language.ts";

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
  "partial-opt-out",
  "wants-texts",
  "reaction",
  "none",
] as const;
export type ReplyKind = (typeof REPLY_KINDS)[number];

/** "Yes" may answer anything, so it does not opt in, although the carrier treats it as START. */
const START_WORDS: ReadonlySet<string> = new Set(CARRIER_START.filter((word) => word !== "yes"));
const HELP_WORDS: ReadonlySet<string> = new Set(CARRIER_HELP);

/** Twilio never delivers more. Of a longer text only the beginning counts. */
const MAX_LENGTH = 1600;

/**
 * Returns what a reply asks for, by four rules in this order: a keyword as the whole message; a keyword among
 * courtesies ("Stop. Thank you"); an opt-out in a sentence ("please stop texting me"), unless words before it negate
 * it ("don't stop …"); a mention that only a person can understand ("why did you stop?"). A doubtful text is
 * never an opt-in, because consent must be given. It goes to an operator, because a missed STOP breaks the law and a
 * false one loses a supporter.
 *
 * `ours` are the texts recently sent to the person. Quotations of them are not the person's words, and a keyword that
 * they named for opting out is one. Sources: Twilio's
 * default keywords; 47 CFR 64.1200(a)(10) (any reasonable means); Spam Act 2003 (AU) s 18.
 *
 * `added` are words that the platform's operator added for the person's country.
 */
export const classifyReply = (
  text: string,
  ours: readonly string[] = [],
  added: AddedWords | null = null,
): WordKind | "reaction" => readReply(text, ours, added).kind;

/** Returns what a reply asks for, and whether a person is asked only because of its sound. */
function readReply(
  text: string,
  ours: readonly string[],
  added: AddedWords | null,
): Read<WordKind | "reaction"> {
  if (isOwnKeyword(bare(plainText(text.slice(0, MAX_LENGTH))), ours)) return by("opt-out");
  const own = ownWords(text.slice(0, MAX_LENGTH), ours);
  const read = readAll(own.text, added);
  if (read.kind === "opt-out") return read;
  if (own.doubtful !== "" && mayBeOptOut(readAll(own.doubtful, added).kind)) return by("ask-a-person");
  return own.isQuoting && !/[\p{L}\p{N}]/u.test(own.text) ? by("reaction") : read;
}

interface Read<Kind> {
  kind: Kind;
  isBySound: boolean;
}
const by = <Kind extends ReplyKind>(kind: Kind): Read<Kind> => ({ kind, isBySound: false });

/** What the words alone may ask for. */
type WordKind = Exclude<ReplyKind, "reaction" | "wants-texts">;

/** An opt-out that an operator must decide about. */
const ASKED: ReadonlySet<ReplyKind> = new Set(["ask-a-person", "partial-opt-out"]);
const mayBeOptOut = (kind: WordKind) => kind === "opt-out" || ASKED.has(kind);

/** By shipped and by added words: of two meanings the one nearer to an opt-out. */
function readAll(text: string, added: AddedWords | null): Read<WordKind> {
  const read = readWords(text);
  if (added === null || read.kind === "opt-out") return read;
  const more = meaningByAdded(tokenise(text), added, (word) => COURTEOUS_WORDS.has(word));
  if (more === "opt-out") return by(more);
  if (more === "ask-a-person") return ASKED.has(read.kind) ? read : by(more);
  // A word that only a person could understand may be a known one in this country.
  return more === "help" && (read.kind === "none" || read.kind === "ask-a-person") ? by(more) : read;
}

/** Reads words by the rules. Where they are not sure, or read nothing, the listener decides. */
function readWords(signed: string): Read<WordKind> {
  const { body, name } = splitSignature(signed);
  // "Regards\nStop" is signed by nobody.
  const text = name !== "" && readWords(name).kind === "none" ? body : signed;
  const plain = spelledOut(text);
  const tokens = tokenise(plain);
  const kind = classifyWords(text, plain, tokens);
  if (SURE.has(kind)) return by(kind as WordKind);
  // A smile has no words to be heard.
  if (kind === "none" && tokens.words.length === 0) return by("none");
  const decided = decide(
    kind === "turned" ? "doubtful" : (kind as ReadKind),
    soundOf(tokens),
    allowedIn(kind, plain, tokens),
  );
  const isBySound = decided === "ask-a-person" && kind !== "ask-a-person" && kind !== "doubtful";
  return { kind: decided, isBySound };
}

/** Returns what the listener may do about a text. */
const allowedIn = (kind: string, plain: string, tokens: Tokens): Allowed => ({
  optOut: () => plain.split(/\s+/).length >= WORDS_BY_SOUND && isEnglish(tokens) && !isDoubted(plain),
  otherLanguage: () => kind !== "turned" && isOtherLanguage(tokens) && !isDoubted(plain),
  ordinary: () => tokens.words.length > 1 && isKnown(tokens.words) && !KEYWORD_ALONE.test(plain),
});

/** Fewer words are read by the rules alone. */
const WORDS_BY_SOUND = 4;

/** Who may want texts again, or turns the words round, is opted out by nothing but the rules. */
const isDoubted = (plain: string) =>
  WANTS_TEXTS.test(plain) || LEAVES_A_DOUBT.test(plain) || TURNS_ROUND.test(plain) || looksAutomatic(plain);

/** A keyword that is a sentence, and "don't. stop": never an ordinary reply. */
const KEYWORD_ALONE =
  /(?:^|[.!?;\n] ?|\b(?:don'?t|do not|can'?t|cannot|won'?t)\W+)(?:stop|cancel|remove|quit|end|revoke)(?:[.!?;\n]|$)/;

/** Questions, a machine's footer, what was or will be, what others do, "don't. stop", and another way to be reached. */
const TURNS_ROUND =
  /\?|^(?:did|does|do|has|have|why|when|how|if|unless)\b|\b(?:why|when|if|unless|until) |\b(?:i|we)(?:'ll| will| did| didn'?t| never) |\b(?:they|he|she|we|you) (?:should|must|will|don'?t|do not|never|didn'?t|have to)\b|\b(?:don'?t|do not|can'?t|cannot|won'?t|not|never)\W+(?:(?:want|wish|need|like|have|ask\w*)(?: you)? to )?stop\b|\binstead\b|\bstop to\b|\bwhat time\b|\bwait(?:ing)? ?list\b|(?:[,.;!]|\bbut|\bjust|\bplease) ?(?:call|text|txt|email|write|message|ring) (?:me|us)\b/;

/** What needs no listener. */
const SURE: ReadonlySet<string> = new Set(["opt-out", "opt-in", "help", "partial-opt-out"]);

/** By the rules alone. A keyword is an opt-out whatever it sounds like. */
function classifyWords(text: string, plain: string, tokens: Tokens): WordKind | ReadKind | "turned" {
  const others = plain.replace(STOP_INSTRUCTION, " ");
  // Among other words or in quotation marks the instruction may be a footer of ours or of a machine: an operator must
  // read it.
  if (others !== plain && (bare(others) !== "" || plain.startsWith('"')))
    return saysStop(others) ? "opt-out" : "ask-a-person";
  const whole = joinSpelled(bare(plain));
  const asks = plain.includes("?");
  if (isStopWord(whole)) return asks && isEverydayWord(whole) ? "ask-a-person" : "opt-out";
  if (ECHOED_STOP.test(whole)) return "opt-out";
  // A question is not consent: "Start?" asks something.
  // Consent is what the person typed: "starttt" isn't spelled out.
  if (START_WORDS.has(whole) && START_WORDS.has(joinSpelled(bare(plainText(text)))))
    return asks ? "none" : "opt-in";
  if (HELP_WORDS.has(whole) || asksForHelp(tokens.words)) return "help";
  const said = meaningOf(tokens);
  if (said === "opt-out" || said === "partial-opt-out") return said;
  // "No calls or emails, text me": whose texts are asked for is not opted out.
  if (said === "other-way") return "ask-a-person";
  const mistyped = mistypedStop(whole);
  if (mistyped === "opt-out") return "opt-out";
  if (saysStop(joinSpelled(plain)))
    return said !== "requested" && said !== "phrased" && LEAVES_A_DOUBT.test(plain)
      ? "ask-a-person"
      : "phrased";
  if (said === "requested" || said === "phrased" || said === "ask-a-person") return said;
  if (isUnknownLanguage(text, tokens)) return "ask-a-person";
  if (STOP_SIGNS.test(text)) return "ask-a-person";
  return mistyped === "doubtful" || shoutsStop(text) ? "doubtful" : said;
}

/** Whether words, courtesies at both ends aside, ask for help in a language: "aide svp". */
function asksForHelp(words: readonly string[]): boolean {
  const first = words.findIndex((word) => !COURTEOUS_WORDS.has(word));
  const last = words.findLastIndex((word) => !COURTEOUS_WORDS.has(word));
  return WHOLE_HELP.has(words.join(" ")) || WHOLE_HELP.has(words.slice(first, last + 1).join(" "));
}

/** "Stop! haha you are so funny", "don't message me on instagram, here is fine" */
const LEAVES_A_DOUBT =
  /\b(?:(?:ha){2,}h?|lo+l|lmao|rofl|funny|jk|kidding|(?:on|via|by) (?:instagram|facebook|telegram|messenger|linkedin)|in our|our own|here is (?:fine|ok|better)|by (?:mistake|accident)|accidentally|(?:un)?subscribed? my (?:old|other)|(?:write|text) (?:to )?me here)\b/;
/** Our instruction, typed as it stands: "Reply STOP". */
const ECHOED_STOP = /^(?:please )?(?:reply|text|txt|send|type)(?:ing)? stop(?: please)?$/;
const STOP_SIGNS = /🛑|🖕|✋|🚫|⛔/u;

/** The keyword in capitals among other words: "who is this STOP". */
const shoutsStop = (text: string) => /\bSTOP\b/.test(text) && /[a-z]{2}/.test(text);

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
  /** Words that the platform's operator added for the person's country; absent or null: none. */
  added?: AddedWords | null;
}

/** The sources whose opt-out the person's own START lifts: the person's reply, and the carrier. */
export const LIFTED_BY_START: readonly string[] = ["reply", "link", "carrier"];

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
  const isByCarrier = byCarrier && !(byCarrier === "opt-in" && SAYS_YES.test(text));
  const { kind, isBySound } = isByCarrier
    ? by(byCarrier)
    : readReply(text, reply.ours ?? [], reply.added ?? null);
  if (listedBy !== null && asksForTexts(kind, reply, listedBy)) {
    const why = "They are on the do-not-contact list and may want texts again: a person should read it.";
    return { kind: "wants-texts", answer: null, why };
  }
  if (kind === byCarrier) return silent(kind, "The carrier recognised the word and has answered.");
  if (kind === "reaction") return silent(kind, "A phone wrote it, quoting our text.");
  if (isBySound)
    return silent(kind, "It sounds like an opt-out, but we aren't sure: a person should read it.");
  if (kind === "ask-a-person") return silent(kind, "It may be an opt-out: a person should read it.");
  if (kind === "partial-opt-out")
    return silent(kind, "They may want only some of our texts: a person should read it.");
  if (kind === "none") return silent(kind, "It is an ordinary reply.");
  // The kind stays `opt-in`, because an earlier opt-out may arrive later.
  if (kind === "opt-in" && listedBy === null)
    return silent(kind, "The person is not opted out, so there is nothing to lift.");
  if (reply.carrierHandlesKeywords && CARRIER_WORDS.has(text.trim().toLowerCase()))
    return silent(kind, "The carrier answers this word itself.");
  if (looksAutomatic(text)) return silent(kind, "A machine seems to have written it.");
  return { kind, answer: ANSWERS[kind], why: "The carrier does not answer this, so we confirm it once." };
}

function silent(kind: ReplyKind, why: string): ReplyPlan {
  return { kind, answer: null, why };
}

/** Whether a person on the list asks for texts, which only an operator may allow. */
function asksForTexts(kind: ReplyKind, { text, added = null }: Reply, listedBy: string): boolean {
  if (kind === "opt-in") return !LIFTED_BY_START.includes(listedBy);
  if (kind === "none") return SAYS_YES.test(text) || wantsTexts(text, added);
  return ASKED.has(kind) && wantsTexts(text, added);
}

function wantsTexts(text: string, added: AddedWords | null): boolean {
  const words = tokenise(text).words.join(" ");
  return WANTS_TEXTS.test(text) || WHOLE_WANTS_TEXTS.has(words) || (added?.wantsTexts.has(words) ?? false);
}
