import { CLAUSE_END, fold, SENTENCE_END, type Tokens, tokenise } from "./tokens.ts";

/**
 * What the words of one language do in a request to stop, whatever their order. A clause whose words are all known
 * and whose roles make a request ("stop" + "send", "not" + "write" + "me", "delete" + "my" + "number") is an opt-out.
 * With words that are not known it may be about something else ("don't send me the invoice"), and a person decides.
 *
 * Words of a file are separated by spaces. `_` joins the words of a phrase, `*` at the end stands for any ending.
 */
export const ROLES = [
  /** Means an opt-out by itself: "unsubscribe", "leave me alone". */
  "off",
  "stop",
  /** "cancel": people cancel appointments and orders more often than texts. */
  "cancel",
  /** What senders do: send, write, call, disturb. Only forms of a request: no past, no first person. */
  "send",
  /** Both in one word: Turkish "yazma" is "don't write". */
  "dont",
  "not",
  /** "can": "I can't call you" forbids nothing. */
  "can",
  /** Says what is not so: "I didn't", "you never". It forbids nothing. */
  "denies",
  "want",
  /** Both in one word: Czech "nechci" is "I don't want". */
  "nowant",
  "get",
  /** "again", "any more". */
  "more",
  /** "no more", "enough". */
  "nomore",
  "me",
  "my",
  /** What is deleted: number, name, data. */
  "mine",
  "msg",
  "remove",
  /** Both in one word: Spanish "bórrame" is "delete me". */
  "removeme",
  "list",
  "revoke",
  "consent",
  "object",
  "data",
  /** "don't stop", in the words of a person who wants texts to go on. */
  "keep",
  /** "why", "when": "why did you stop texting me?" asks a person. */
  "ques",
  /** "how": a person who asks how to unsubscribe wants it. */
  "how",
  /** "or I", "otherwise": begins a threat. The request before it stands. */
  "or",
  /** An article: the word behind it is what is stopped or not sent. */
  "det",
  /** What people have from senders besides texts: order, appointment, meeting. */
  "thing",
  /** "before", "tomorrow": "don't call before noon" is no opt-out. */
  "time",
  /** Changes nothing. */
  "fill",
] as const;
export type Role = (typeof ROLES)[number];

/** The roles of a word as bits, so that a word may have several. */
const BIT = Object.fromEntries(ROLES.map((role, at) => [role, 1 << at])) as Record<Role, number>;

/** A word or phrase of a language. */
interface Entry {
  language: number;
  words: readonly string[];
  /** Whether the last word may have any ending. */
  isBeginning: boolean;
  roles: number;
}

/** The entries of all languages by their first word. */
export interface Lexicon {
  exact: ReadonlyMap<string, readonly Entry[]>;
  beginnings: ReadonlyMap<string, readonly Entry[]>;
  lengths: readonly number[];
}

/** Words of all languages that people mix into their own. */
const EVERYWHERE: Partial<Record<Role, string>> = {
  stop: "stop",
  msg: "sms whatsapp spam email emails mail mails e_mail e_mails",
  fill: "ok please pls plz thanks thx",
};

/** Returns the entries of languages, each with its words by role. */
export function lexiconOf(languages: readonly Partial<Record<Role, string>>[]): Lexicon {
  const exact = new Map<string, Entry[]>();
  const beginnings = new Map<string, Entry[]>();
  languages.forEach((roles, language) => {
    const entries = new Map<string, Entry>();
    for (const role of ROLES)
      for (const text of `${roles[role] ?? ""} ${EVERYWHERE[role] ?? ""}`.trim().split(/ +/)) {
        if (text === "") continue;
        const isBeginning = text.endsWith("*");
        const { words } = tokenise(fold(text.replace("*", "").replaceAll("_", " ")));
        const key = `${words.join(" ")}${isBeginning ? "*" : ""}`;
        const entry = entries.get(key) ?? { language, words, isBeginning, roles: 0 };
        entries.set(key, { ...entry, roles: entry.roles | BIT[role] });
      }
    for (const entry of entries.values()) {
      const map = entry.isBeginning && entry.words.length === 1 ? beginnings : exact;
      const first = entry.words[0]!;
      map.set(first, [...(map.get(first) ?? []), entry]);
    }
  });
  return { exact, beginnings, lengths: [...new Set([...beginnings.keys()].map(({ length }) => length))] };
}

/** What a text asks for by the roles of its words. `doubtful`: a request about something that isn't known. */
type Request = "opt-out" | "doubtful" | "none";

/** Without one of these there is no request. */
const BEGINS_REQUEST =
  BIT.off |
  BIT.stop |
  BIT.cancel |
  BIT.dont |
  BIT.not |
  BIT.nowant |
  BIT.nomore |
  BIT.remove |
  BIT.removeme |
  BIT.revoke;
const MAY_REQUEST = BEGINS_REQUEST | BIT.object | BIT.thing;
const ABOUT_TEXTS = BIT.send | BIT.msg | BIT.get;
/** With one of these a clause about an order or appointment may be about texts, too. */
const MORE_THAN_A_THING = BIT.more | BIT.nomore | BIT.msg | BIT.list;

/** A clause as roles. */
interface Clause {
  /** The roles of all its words together. */
  has: number;
  unknown: number;
  /** Whether an unknown word follows an article or "my": something of the person's own world. */
  isAboutThing: boolean;
  /** Whether "not" stands before a word that asks to stop. */
  isNegated: boolean;
}

/** The beginning and end of a part of a text. */
type Range = readonly [number, number];

/** A part of a text that its language limits to a time or a thing. */
interface Limited {
  range: Range;
  /** The place of the language among those of the lexicon. */
  language: number;
  /** Whether it may be about texts, too: "I want no more messages about my order". */
  isDoubtful: boolean;
}

/**
 * What a text asks for, and the clauses that are limited to a time or a thing: "don't call now, I'm at work",
 * "cancel my order".
 */
export interface Requested {
  request: Request;
  limited: readonly Limited[];
  /** The languages in which it is an opt-out. */
  languages: ReadonlySet<number>;
  /** Whether words turn a request round, or another way to be reached is asked for. */
  isTurned: boolean;
}

/** Returns what a text asks for in the language whose words explain it best. `isBlocked` takes words out. */
export function requestOf(
  tokens: Tokens,
  lexicon: Lexicon,
  isKnown: (word: string) => boolean,
  isBlocked: (at: number) => boolean,
): Requested {
  const at = entriesOf(tokens, lexicon).map((entries, index) => (isBlocked(index) ? [] : entries));
  const languages = new Set<number>();
  for (const entries of at)
    for (const { language, roles } of entries) if ((roles & MAY_REQUEST) !== 0) languages.add(language);
  const read = [...languages].map((language) => ({
    language,
    ...requestIn(tokens, rolesOf(tokens, at, language, isKnown, isBlocked)),
  }));
  const requests = read.map(({ request }) => request);
  return {
    request: ASKING.find((request) => requests.includes(request)) ?? "none",
    limited: read.flatMap(({ limited, language }) => limited.map((one) => ({ ...one, language }))),
    languages: new Set(read.filter(({ request }) => request === "opt-out").map(({ language }) => language)),
    isTurned: read.some(({ isTurned }) => isTurned),
  };
}

/** Returns the roles of the words that do something, in the language that knows most words of a text. */
export function rolesInBestLanguage(
  tokens: Tokens,
  lexicon: Lexicon,
  isKnown: (word: string) => boolean,
): readonly number[] {
  const at = entriesOf(tokens, lexicon);
  const known = new Map<number, number>();
  for (const entries of at)
    for (const language of new Set(entries.map((entry) => entry.language)))
      known.set(language, (known.get(language) ?? 0) + 1);
  const most = Math.max(0, ...known.values());
  const best = [...known].find(([, count]) => count === most)?.[0] ?? 0;
  return rolesOf(tokens, at, best, isKnown, () => false).filter(
    (role) => role !== BIT.fill && role !== BIT.det,
  );
}

const ASKING: readonly Request[] = ["opt-out", "doubtful"];

/** The entries of the words of a text, which are looked up once: the rules and the listener both need them. */
const lookedUp = new WeakMap<Tokens, { lexicon: Lexicon; entries: readonly (readonly Entry[])[] }>();

function entriesOf(tokens: Tokens, lexicon: Lexicon): readonly (readonly Entry[])[] {
  const known = lookedUp.get(tokens);
  if (known?.lexicon === lexicon) return known.entries;
  const entries = tokens.words.map((word, index) => entriesAt(word, tokens, index, lexicon));
  lookedUp.set(tokens, { lexicon, entries });
  return entries;
}

function entriesAt(word: string, tokens: Tokens, from: number, lexicon: Lexicon): readonly Entry[] {
  const found: Entry[] = [];
  for (const entry of lexicon.exact.get(word) ?? []) if (stands(entry, tokens, from)) found.push(entry);
  for (const length of lexicon.lengths) {
    if (word.length < length) continue;
    const begun = lexicon.beginnings.get(word.slice(0, length));
    if (begun) found.push(...begun);
  }
  return found;
}

/** Whether the words of an entry stand there, in one sentence. */
function stands({ words: parts, isBeginning }: Entry, { words, ends }: Tokens, from: number): boolean {
  const last = parts.length - 1;
  for (let index = 0; index <= last; index += 1) {
    if (index > 0 && ends[from + index - 1] === SENTENCE_END) return false;
    const said = words[from + index];
    if (said === parts[index]) continue;
    return index === last && isBeginning && said?.startsWith(parts[index]!) === true;
  }
  return true;
}

/** No role: the word is not known. */
const UNKNOWN = 0;

/** Returns the roles of each word in one language, the longest phrase first. */
function rolesOf(
  { words }: Tokens,
  at: readonly (readonly Entry[])[],
  language: number,
  isKnown: (word: string) => boolean,
  isBlocked: (at: number) => boolean,
): number[] {
  const roles: number[] = [];
  while (roles.length < words.length) {
    const from = roles.length;
    let [longest, found] = [0, UNKNOWN];
    for (const entry of at[from]!) {
      if (entry.language !== language || entry.words.length < longest) continue;
      found = entry.words.length === longest ? found | entry.roles : entry.roles;
      longest = entry.words.length;
    }
    const word = words[from]!;
    if (longest === 0 && !isBlocked(from) && (isKnown(word) || /^\d+$/.test(word))) found = BIT.fill;
    roles.push(found);
    // The other words of a phrase add nothing.
    for (let rest = 1; rest < longest; rest += 1) roles.push(BIT.fill);
  }
  return roles;
}

function requestIn(
  tokens: Tokens,
  roles: readonly number[],
): { request: Request; limited: Omit<Limited, "language">[]; isTurned: boolean } {
  const clauses = [...partsOf(tokens, CLAUSE_END)].map((range) => {
    const clause = clauseOf(roles, range);
    const verdict = judge(clause);
    return { range, clause, verdict: verdict === "doubtful" && isThreat(roles, range) ? "opt-out" : verdict };
  });
  const said = clauses.map(({ verdict }) => verdict);
  const limited = clauses
    .filter(({ clause, verdict }) => verdict === "limited" || (clause.has & BIT.thing) !== 0)
    .map(({ range, verdict }) => ({ range, isDoubtful: verdict !== "limited" }));
  const sentences = limited.length > 0 ? [] : [...partsOf(tokens, SENTENCE_END)];
  const all = [...said, ...sentences.map((range) => judge(clauseOf(roles, range)))];
  const isOtherWay = said.includes("other-way");
  const isTurned = isOtherWay || clauses.some(({ clause }) => clause.isNegated);
  if (all.includes("opt-out")) return { request: isOtherWay ? "doubtful" : "opt-out", limited, isTurned };
  return { request: all.includes("doubtful") ? "doubtful" : "none", limited, isTurned };
}

/** Returns the beginning and end of each part of a text. */
function* partsOf({ words, ends }: Tokens, mark: number): Generator<Range> {
  let from = 0;
  for (let at = 0; at < words.length; at += 1) {
    if (ends[at]! < mark && at < words.length - 1) continue;
    yield [from, at + 1];
    from = at + 1;
  }
}

function clauseOf(roles: readonly number[], [from, to]: Range): Clause {
  const clause: Clause = { has: 0, unknown: 0, isAboutThing: false, isNegated: false };
  let isNegating = false;
  for (let at = from; at < to; at += 1) {
    const role = roles[at]!;
    clause.has |= role;
    if (role === UNKNOWN || (role & BIT.thing) !== 0) clause.unknown += 1;
    if (role === UNKNOWN && at > from && (roles[at - 1]! & (BIT.det | BIT.my)) !== 0)
      clause.isAboutThing = true;
    if (isNegating && (role & (BIT.stop | BIT.cancel | BIT.off | BIT.remove | BIT.removeme)) !== 0)
      clause.isNegated = true;
    if ((role & (BIT.not | BIT.nowant | BIT.denies)) !== 0) isNegating = true;
  }
  return clause;
}

/** Whether a clause asks to stop and goes on with a threat: "stop writing to me or I call the police". */
function isThreat(roles: readonly number[], [from, to]: Range): boolean {
  const at = roles.findIndex((role, index) => index > from && index < to && (role & BIT.or) !== 0);
  if (at < 0) return false;
  const { has } = clauseOf(roles, [at, to]);
  return (has & (BIT.time | BIT.thing)) === 0 && judge(clauseOf(roles, [from, at])) === "opt-out";
}

type Verdict = Request | "other-way" | "limited";

/**
 * Judges a clause. `other-way`: it asks to be written to or called, in another way or at another time. `limited`: it
 * forbids something for a time, or is about an order or appointment.
 */
function judge({ has, unknown, isAboutThing, isNegated }: Clause): Verdict {
  const is = (...roles: Role[]) => roles.every((role) => (has & BIT[role]) !== 0);
  const aboutTexts = (has & ABOUT_TEXTS) !== 0;
  const forbids = is("dont") || (is("not", "send") && !is("can") && !is("want"));
  const asks = asksToStop(is, has) || forbids;
  const isLimited = is("thing") && (has & MORE_THAN_A_THING) === 0;
  if (!asks && is("send") && !is("not") && !is("stop") && !is("cancel")) return "other-way";
  if (isLimited || (is("keep") && !is("off"))) return "limited";
  if (!asks) return "none";
  if (forbids && is("time") && !is("more") && !is("stop") && !is("off")) return "limited";
  const isUnclear = isNegated || is("ques") || (is("how") && !is("off") && !is("list") && !aboutTexts);
  if (unknown === 0) return isUnclear ? "doubtful" : "opt-out";
  if (isAboutThing && !is("off") && !is("stop")) return "none";
  if (is("off") || is("stop") || is("removeme") || is("revoke")) return "doubtful";
  return is("me") || is("more") || is("msg") || is("list") ? "doubtful" : "none";
}

/** Whether the roles make a request to stop, in any order. */
function asksToStop(is: (...roles: Role[]) => boolean, has: number): boolean {
  const aboutTexts = (has & ABOUT_TEXTS) !== 0;
  const refuses = is("nowant") || is("not", "want");
  return (
    is("off") ||
    is("removeme") ||
    ((is("stop") || is("cancel")) && aboutTexts) ||
    (is("remove") && (is("me") || is("mine") || is("list"))) ||
    (refuses && (is("get") || is("msg") || is("send", "me") || is("send", "more"))) ||
    (is("nomore") && (is("msg") || is("send") || is("want", "get"))) ||
    is("not", "more", "msg") ||
    is("revoke", "consent") ||
    is("object", "data")
  );
}
