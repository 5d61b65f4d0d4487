/**
 * How a contact file's bytes may be read. All are names of the Encoding Standard, which every runtime's TextDecoder
 * knows. Windows-1252 is what Excel's plain "CSV" writes in western countries.
 */
export const ENCODINGS = [
  ..."utf-8 utf-16le utf-16be windows-1252 macintosh windows-1250 windows-1251 koi8-u x-mac-cyrillic ibm866".split(
    " ",
  ),
  ..."windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 windows-874".split(" "),
  ..."shift_jis euc-jp gb18030 big5 euc-kr".split(" "),
] as readonly Encoding[];
export type Encoding =
  | (
      | "utf-8"
      | "utf-16le"
      | "utf-16be"
      | "windows-1252"
      | "macintosh"
      | "windows-1250"
      | "windows-1251"
      | "koi8-u"
    )
  | ("x-mac-cyrillic" | "ibm866" | "windows-1253" | "windows-1254" | "windows-1255" | "windows-1256")
  | (
      | "windows-1257"
      | "windows-1258"
      | "windows-874"
      | "shift_jis"
      | "euc-jp"
      | "gb18030"
      | "big5"
      | "euc-kr"
    );

/** `sure`: stated, or no other reading fits. `likely`: another fits less. `unsure`: a person must look. */
export type EncodingConfidence = "sure" | "likely" | "unsure";

export interface EncodingGuess {
  encoding: Encoding;
  confidence: EncodingConfidence;
}

interface Candidate {
  encoding: Encoding;
  /** Letters beyond ASCII that its languages use in names, in small letters, and the most frequent of them. */
  letters: RegExp;
  frequent: RegExp;
  /** How much of the world writes so; decides between readings that fit equally well. */
  prior: number;
  /** First bytes of the frequent characters, for encodings of two bytes. */
  lead?: readonly [number, number];
}

const WESTERN = /[àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœ]/u;
const FREQUENT_WESTERN = /[áàâäåçéèêëíïñóôöøúüß]/u;
const CYRILLIC = /[а-яёђѓєѕіїјљњћќўџґ]/u;
const FREQUENT_CYRILLIC = /[оеаинтсрвлкмдпуяйьбі]/u;
const HAN = /[一-龥]/u;
const JAPANESE = /[ぁ-んァ-ヶー々一-龠]/u;
const KANA = /[ぁ-んァ-ヶー]/u;
const NONE = /(?!)/u;

const CANDIDATES: readonly Candidate[] = [
  { encoding: "windows-1252", letters: WESTERN, frequent: FREQUENT_WESTERN, prior: 0.06 },
  { encoding: "macintosh", letters: WESTERN, frequent: FREQUENT_WESTERN, prior: 0.02 },
  {
    encoding: "windows-1250",
    letters: /[áâăäćçčďđéęëěíîĺľłńňóôőöŕřśšşťţúůűüýźžżąß]/u,
    frequent: /[áćčéęěíłńóőöřśšúůüýźžżąă]/u,
    prior: 0.04,
  },
  { encoding: "windows-1254", letters: /[âçğıîöşûü]/u, frequent: /[çğıöşü]/u, prior: 0.03 },
  {
    encoding: "windows-1257",
    letters: /[āąčćēęėģįķīļłńņóõöšśūüųźžżä]/u,
    frequent: /[āčēėīļņšūž]/u,
    prior: 0.01,
  },
  { encoding: "windows-1251", letters: CYRILLIC, frequent: FREQUENT_CYRILLIC, prior: 0.05 },
  { encoding: "koi8-u", letters: /[а-яёєіїґ]/u, frequent: FREQUENT_CYRILLIC, prior: 0.02 },
  { encoding: "x-mac-cyrillic", letters: CYRILLIC, frequent: FREQUENT_CYRILLIC, prior: 0.01 },
  { encoding: "ibm866", letters: /[а-яё]/u, frequent: FREQUENT_CYRILLIC, prior: 0.01 },
  {
    encoding: "windows-1253",
    letters: /[α-ωάέήίόύώϊϋΐΰς]/u,
    frequent: /[αοιετσνηυρπκμλςάέίόώύ]/u,
    prior: 0.04,
  },
  { encoding: "windows-1255", letters: /[א-ת]/u, frequent: /[א-ת]/u, prior: 0.03 },
  { encoding: "windows-1256", letters: /[ء-يپچژگک]/u, frequent: /[اليمنورتبةسدعحأف]/u, prior: 0.03 },
  { encoding: "windows-874", letters: /[ก-๙]/u, frequent: /[ก-๙]/u, prior: 0.02 },
  { encoding: "shift_jis", letters: JAPANESE, frequent: KANA, prior: 0.05, lead: [0x88, 0x98] },
  { encoding: "euc-jp", letters: JAPANESE, frequent: KANA, prior: 0.03, lead: [0xb0, 0xcf] },
  { encoding: "gb18030", letters: HAN, frequent: NONE, prior: 0.05, lead: [0xb0, 0xd7] },
  { encoding: "big5", letters: HAN, frequent: NONE, prior: 0.04, lead: [0xa4, 0xc6] },
  { encoding: "euc-kr", letters: /[가-힣]/u, frequent: NONE, prior: 0.06, lead: [0xb0, 0xc8] },
];

/** Signs that files hold in any language. */
const NEUTRAL = /[\u2018-\u201e\u2026\u2013\u2014\u00a0\u20ac£§°©®«»·–—´`’“”]/u;
const LIKELY_MARGIN = 0.12;
const LIKELY_SCORE = 0.75;
const LIKELY_COUNT = 3;

/**
 * Guesses the encoding of text that is not UTF-8, from bytes around its characters beyond ASCII. Each reading is judged
 * by its words: letters of one script that the languages of that encoding use, capitals only where words have them.
 */
export function guessEncoding(sample: Uint8Array): EncodingGuess {
  const scores = CANDIDATES.flatMap((candidate) => {
    const { points, count } = scoreOf(sample, candidate);
    if (count === 0) return [];
    const score = points / count;
    return [{ encoding: candidate.encoding, score, count, total: score + candidate.prior }];
  }).sort((one, other) => other.total - one.total);
  const [best, next] = scores;
  if (!best || !next || best.score <= 0) return { encoding: "windows-1252", confidence: "unsure" };
  const isClear =
    best.count >= LIKELY_COUNT && best.score >= LIKELY_SCORE && best.total - next.total >= LIKELY_MARGIN;
  return { encoding: best.encoding, confidence: isClear ? "likely" : "unsure" };
}

/** One point for every character beyond ASCII that is in place, and fewer for others. */
function scoreOf(sample: Uint8Array, candidate: Candidate): { points: number; count: number } {
  const text = new TextDecoder(candidate.encoding).decode(sample);
  const common = candidate.lead ? charactersFrom(candidate.encoding, candidate.lead) : null;
  let points = 0;
  let count = 0;
  for (const [word] of text.matchAll(/[\p{L}\p{M}\ufffd\p{Cc}'’-]+|\P{ASCII}/gu)) {
    if (!/\P{ASCII}/u.test(word)) continue;
    const found = pointsOf(word, candidate, common);
    points += found.points;
    count += found.count;
  }
  return { points, count };
}

const TWO_SCRIPTS = /\p{Script=Latin}/u;
const NOT_LATIN = /[\u0370-\u1fff\u3040-\u9fff\uac00-\ud7a3]/u;

function pointsOf(
  word: string,
  { letters, frequent }: Candidate,
  common: ReadonlySet<string> | null,
): { points: number; count: number } {
  let points = 0;
  let count = 0;
  const isMixed = TWO_SCRIPTS.test(word) && NOT_LATIN.test(word);
  // A capital after a small letter is a wrong reading, and so are many accents in a row.
  const hasOddCase = /\p{Ll}\p{Lu}/u.test(word) && !/^(?:\p{Lu}\p{Ll}+['’-]?)+$/u.test(word);
  const hasRow = /[\u00c0-\u024f]{3}/u.test(word);
  const isOdd = isMixed || hasOddCase || hasRow;
  const isAlone = [...word].length === 1;
  for (const sign of word) {
    if (sign <= "\u007f") continue;
    count++;
    const small = sign.toLowerCase();
    if (NEUTRAL.test(sign)) points += 0.7;
    else if (sign === "\ufffd" || /\p{Cc}|\p{Co}/u.test(sign)) points -= 3;
    else if (!letters.test(small)) points -= /\p{L}|\p{M}/u.test(sign) ? 0.5 : 2;
    else if (isOdd) points -= 0.5;
    else if (frequent.test(small) || common?.has(sign)) points += isAlone ? 0.6 : 1;
    else points += 0.4;
  }
  return { points, count };
}

const charactersByLead = new Map<Encoding, ReadonlySet<string>>();

/** The characters of an encoding of two bytes whose first byte is in a range: the standards list frequent ones first. */
function charactersFrom(encoding: Encoding, [from, to]: readonly [number, number]): ReadonlySet<string> {
  const known = charactersByLead.get(encoding);
  if (known) return known;
  const bytes: number[] = [];
  for (let lead = from; lead <= to; lead++)
    for (let trail = 0x40; trail < 0xff; trail++) bytes.push(lead, trail, 0x0a);
  const characters = new Set(new TextDecoder(encoding).decode(Uint8Array.from(bytes)).match(/\p{L}/gu));
  charactersByLead.set(encoding, characters);
  return characters;
}
