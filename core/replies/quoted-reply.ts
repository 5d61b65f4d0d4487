/**
 * Phones send reactions ("Liked “…”") and quote our own text. The quoted words are ours, such as `Reply STOP`, so
 * they do not say what the person wants.
 */

const words = (text: string) => text.split("|");

/** How reactions of iPhones, Samsungs and Google Messages begin, in the languages of their menus. */
const REACTION_VERBS = [
  ...words("(?:dis)?liked|loved|laughed at|emphasi[sz]ed|questioned|reacted (?:with )?.{1,30} to"),
  "removed .{1,40} from",
  ...words("(?:no )?le gust[oó]|(?:no )?me gusta|le encant[oó]|le dio risa|le caus[oó] risa|se ri[oó] de"),
  ...words("enfatiz[oó]|destac[oó]|cuestion[oó]|pregunt[oó] por|reaccion[oó] (?:con )?.{1,30} a"),
  "(?:quit[oó]|elimin[oó]) .{1,40} de",
  ...words("a aim[ée]|n['’]a pas aim[ée]|(?:je )?(?:j|n)['’]aime(?: pas)?|a ador[ée]|a ri de|a soulign[ée]"),
  ...words("a r[ée]agi (?:avec )?.{1,30} [àa]|a mis en [ée]vidence|a mis l['’]accent sur|a interrog[ée]"),
  ...words("s['’]interroge sur|a (?:supprim[ée]|retir[ée]) .{1,40} de"),
  ...words(
    "gef[äa]llt(?: nicht)?|mag(?: nicht)?|liebt|lach(?:t|te) [üu]ber|betont|hervorgehoben|hinterfragt",
  ),
  ...words("fragt sich|hat|hat (?:mit )?.{1,30} auf|hat .{1,40} von|reagierte mit .{1,30} auf"),
  ...words("(?:des)?curtiu|(?:n[ãa]o )?gostou de|amou|adorou|riu de|enfatizou|destacou|questionou"),
  ...words("reagiu (?:com )?.{1,30} a|removeu .{1,40} de"),
  ...words("(?:non )?piace|(?:ha )?messo .{0,2}(?:non )?mi piace.{0,2} a|ha adorato|non ha gradito"),
  ...words("ha riso (?:a|per|di)|ha enfatizzato|ha evidenziato|ha contestato|ha reagito (?:con )?.{1,30} a"),
  "ha rimosso .{1,40} da",
  ...words("vond|vindt|vond dit (?:niet )?leuk|is gek op|lachte om|benadrukte|zette een vraagteken bij"),
  ...words("reageerde met .{1,30} op|(?:o)?gillade|[äa]lskade|skrattade [åa]t|betonade|ifr[åa]gasatte"),
  ...words("(?:mis)?likte|elsket|lo av|syntes (?:godt|ikke) om|elskede|tykk[äa]si|polubiono|polubi[łl]a?"),
  ...words("(?:не )?понрав(?:илось|ился|илась)|(?:не )?нравится|рассмешило|выделен[оа]|вопрос к"),
  ...words("реакция .{1,30} на|(?:не )?сподобалося|(?:не )?подобається|реакція .{1,30} на"),
  ...words(
    "赞了|讚了|喜欢了?|喜歡了?|喜愛了?|喜爱了|不喜欢|不喜歡|爱了|愛了|强调了|強調了|质疑了|質疑了|笑了|对|對",
  ),
  ...words(
    "用.{1,12}回应了|以.{1,12}回應了|回应了|回應了|polubi[lł](?:a|o)?|nie spodoba[lł]o si[ęe]|zareagowano .{1,30} na",
  ),
  ...words(
    "roze[śs]mia[nł](?:o|a)? (?:si[ęe] )?(?:z|na)|wyr[óo][żz]niono|zakwestionowano|(?:tykk[äa]si|rakasti|nauroi|korosti)",
  ),
  ...words(
    "reagoi .{1,30}|synes(?:tes)? (?:ikke )?om|kunne (?:ikke )?lide|grinede ad|fremh[æa]vede|stillede sp[øo]rgsm[åa]l ved",
  ),
  ...words(
    "reagerede med .{1,30} p[åa]|reagerade (?:med )?.{1,30} p[åa]|reagerte (?:med )?.{1,30} p[åa]|likte ikke",
  ),
  ...words(
    "[đd][ãa] (?:kh[ôo]ng )?(?:th[íi]ch|y[êe]u th[íi]ch)|[đd][ãa] b[àa]y t[ỏo] c[ảa]m x[úu]c .{1,30} v[ớo]i",
  ),
  ...words(
    "(?:tidak )?(?:menyukai|mencintai)|menertawakan|menekankan|mempertanyakan|bereaksi .{1,30} (?:ke|pada|terhadap)",
  ),
  ...words(
    "(?:ni-?|na-?)?(?:like|nagustuhan) (?:ang|ni)?|nag-?react (?:ng )?.{1,30} sa|be[ğg]en(?:di|ildi)|tepki verdi",
  ),
  ...words(
    "(?:του|της|σου|μου) [άα]ρεσε(?: το| η)?|δεν (?:του|της) [άα]ρεσε|αντ[έε]δρασε με .{1,30} (?:σε|στο)",
  ),
  ...words(
    "(?:לא )?אהב(?:ה|/ה)?(?: את)?|סימנ(?:ה|/ה)?(?: את)?|צחק(?:ה|/ה)? (?:על|מ)|הגיב(?:ה|/ה)? .{1,30} (?:ל|על)",
  ),
  ...words(
    "(?:لم )?(?:أ|ا)?عجب(?:ه|ها|ني|ك)?|(?:أحب|احب)(?:ت|بت)?|ضحك(?:ت)? على|تفاعل(?:ت)? (?:بـ? ?)?.{1,30} (?:مع|على)",
  ),
  ...words("exclam[óo] por|dud[óo] sobre|a pos[ée] une question sur|t[īi]no pai"),
  // Google Messages: an emoji and "to" in the phone's language.
  "(?:\\p{Extended_Pictographic}|\\p{Regional_Indicator}|[0-9#*]\\ufe0f?\\u20e3)\\S*\\s+(?:to|a|à|an|zu|auf|para|per|op|på|til|do|na|к)",
];

/** Marks the place of our own text. Phones use the same character for a picture. */
const OURS = "\ufffc";

/**
 * The closing marks of each opening mark. Marks in NESTED differ from their closing marks, so nested quotations can
 * be matched.
 */
const CLOSERS: Readonly<Record<string, string>> = {
  ...{ "“": "”", "«": "»", "‹": "›", "「": "」", "『": "』", "《": "》" },
  ...{ "„": "“”", "»": "«", "”": "”", "‘": "’", '"': '"', "'": "'" },
};
const NESTED = new Set("“«‹「『《");
const MARKS = `[${[...Object.keys(CLOSERS), "’", "”", "»", "›", "」", "』", "》"].join("")}]`;
const INVISIBLE = "[\\s\\u200b-\\u200f\\u202a-\\u202e]*";
const REACTION = new RegExp(
  `^${INVISIBLE}(?:${REACTION_VERBS.join("|")})(?::|${INVISIBLE})${INVISIBLE}(?:([${Object.keys(CLOSERS).join("")}])|(?=${OURS}))([\\s\\S]*)$`,
  "iu",
);

const AN_ATTACHMENT =
  /^\s*(?:(?:dis)?liked|loved|laughed at|emphasi[sz]ed|questioned|reacted (?:with )?.{1,30} to|removed .{1,40} from) (?:an?|\d+) (?:images?|photos?|pictures?|videos?|movies?|gifs?|stickers?|links?|attachments?|(?:audio|voice) messages?|locations?|contacts?)\s*$|^\s*(?:le gust[oó]|le encant[oó]|a aim[ée]|a ador[ée]|gef[äa]llt|liebt|curtiu|amou|adorou) (?:una?|une|ein(?:e[nm]?)?|uma?) (?:im[aá]gen|foto|v[ií]deo|image|photo|bild|imagem|immagine)\s*$/iu;

/** Words that some languages put after the quotation. */
const AFTERWARDS =
  /^(?:(?:nicht )?(?:gef[äa]llt|reagiert|hervorgehoben|betont|geliebt|gelikt|geliked|entfernt|markiert)|mit .{1,30} markiert|(?:niet )?leuk|grappig|表示.{1,10}|大笑|笑了|回应了?|回應了?|点赞|點讚|に.{1,20}しました|을\(를\) .{1,12})[\s.!]*$/iu;

const FORWARDED = /^\s*(?:(?:re|fwd?|aw|wg|tr|rv)\s*:|>)\s*/i;

/** Reactions that begin with the quotation: Japanese, Korean, Turkish, Hindi. */
const QUOTED_FIRST =
  /^\s*[「『“"«][\s\S]*[」』”"»]\s*(?:に.{0,6}(?:いいね|よくないね|ハート|リアクション|大笑い|笑い|共感|強調|疑問符?).{0,10}|を(?:高く評価|強調|いいね)しました|에 .{0,6}(?:좋아요|공감|하트|반응|웃음|느낌표|물음표).{0,12}|(?:을|를|을\(를\)) ?(?:좋아|사랑|강조|싫어|재미있어).{0,10}|.{0,24}(?:beğen(?:di|ildi|medi)|tepki (?:verdi|gösterdi)|bayıldı|güldü)|(?:को|पर) .{0,16}(?:पसंद|नापसंद|प्रतिक्रिया|ज़ोर|हंसे|हँसे).{0,10})[\s.!。]*$/iu;

/** How the header of a mail begins, and the line of a mail program above the text that it quotes. */
const FROM =
  "(?:from|von|de|od|da|van|från|fra|от|від|από|gönderen|lähettäjä|dari|feladó|差出人|发件人|寄件者)";
const WROTE =
  "(?:wrote|writes|schrieb|a écrit|escribi[óo]|ha scritto|escreveu|schreef|skrev|kirjoitti|napisa[łl]\\(?a?\\)?|napsal\\(?a?\\)?|пишет|написал|írta|a scris|έγραψε|yazdı)";

/**
 * What no person typed as an answer: from a signature's line ("--"), from the mail that a program quotes ("-----Original
 * Message-----", "On 3 May Jan wrote:"), from its header or from the footer of a mailing on ("To unsubscribe click here"). An address or a second line makes a header of "From:".
 */
const MAIL_BEHIND = new RegExp(
  [
    "(?:[-_]{2,20}|—{1,3})[ \\t]*\\n",
    "(?:[^\\n]{0,200}[.!|] )?(?:if you [^\\n]{3,40} )?to (?:unsubscribe|opt[- ]?out|stop receiving)[^\\n]{0,60}(?:click|visit|https?:)",
    "[-_]{3,20} ?\\p{L}[\\p{L} .]{3,40}[-_]{4,20}[ \\t]*(?:\\n|$)",
    `[^\\n]{4,120}${WROTE}[^\\n]{0,80}:[ \\t]*(?:\\n|$)`,
    `[*]?${FROM}[*]? ?[:：][^\\n]{0,120}(?:@|\\n[^\\n:：]{2,20}[:：])`,
  ]
    .map((part) => `\\n[ \\t]{0,3}${part}`)
    .join("|"),
  "iu",
);

/** Returns a text without the mail behind it. A keyword that stands there alone is the person's: "Regards\n--\nStop". */
function withoutMail(text: string): string {
  const behind = text.includes("\n") ? MAIL_BEHIND.exec(text) : null;
  if (behind === null) return text;
  const own = text.slice(0, behind.index);
  const isOneWord = /^[^\p{L}]*\p{L}+[^\p{L}]*$/u.test(text.slice(behind.index));
  return isOneWord || !/\p{L}/u.test(own) ? text : own;
}

/** The person's own words in a text, and whether the rest is a reaction or a quotation. */
export interface OwnWords {
  /** The text outside the quotation; all of it where nothing is quoted. */
  text: string;
  isQuoting: boolean;
  /** Words that may belong to the quotation or to the person: it is unclear. */
  doubtful: string;
}

/**
 * Returns what the person wrote themselves. `ours` are the full texts recently sent to them. Words that repeat one of
 * these from its beginning are not theirs, in any language of the phone. Nor is the mail behind an answer.
 */
export function ownWords(whole: string, ours: readonly string[] = []): OwnWords {
  const text = withoutMail(whole);
  if (AN_ATTACHMENT.test(text)) return { text: "", isQuoting: true, doubtful: "" };
  if (QUOTED_FIRST.test(text)) return { text: "", isQuoting: true, doubtful: "" };
  const { marked, doubtful } = markOurs(text.replaceAll(OURS, " "), ours);
  const reaction = REACTION.exec(marked);
  if (reaction) return afterQuotation(reaction[1] ?? "", reaction[2]!);
  if (!marked.includes(OURS)) return { text, isQuoting: false, doubtful: "" };
  const own = marked.replace(new RegExp(`${MARKS}*\\s*${OURS}\\s*${MARKS}*`, "gu"), "\n").trim();
  return { text: own.replace(FORWARDED, ""), isQuoting: true, doubtful };
}

/** Returns what follows the quotation that `opening` began, after a phone's reaction. */
function afterQuotation(opening: string, rest: string): OwnWords {
  const quoting = (end: number, doubtfulFrom = end): OwnWords => {
    const own = rest.slice(end).trim();
    return {
      text: AFTERWARDS.test(own) ? "" : own,
      isQuoting: true,
      doubtful: doubtfulFrom === end ? "" : rest.slice(doubtfulFrom),
    };
  };
  const ours = new RegExp(`^\\s*${OURS}[\\s.…]*${MARKS}?`, "u").exec(rest);
  if (ours) return quoting(ours[0].length);
  const balanced = NESTED.has(opening) ? endOfNested(opening, rest) : null;
  if (balanced !== null) return quoting(balanced);
  const ends = [...rest].reduce<{ at: number; found: number[] }>(
    ({ at, found }, sign) => ({
      at: at + sign.length,
      found: CLOSERS[opening]!.includes(sign) ? [...found, at + sign.length] : found,
    }),
    { at: 0, found: [] },
  ).found;
  // If it never closes, the phone cut it off and wrote an ellipsis. Without the ellipsis its end is unknown.
  if (ends.length === 0) return quoting(rest.length, /(?:…|\.\.\.)\s*$/u.test(rest) ? rest.length : 0);
  return quoting(ends.at(-1)!, ends[0]);
}

/** Returns where the mark before `rest` closes, or null. */
function endOfNested(opening: string, rest: string): number | null {
  let depth = 1;
  for (let at = 0; at < rest.length; at += 1) {
    if (rest[at] === opening) depth += 1;
    if (rest[at] === CLOSERS[opening]) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return null;
}

interface Token {
  word: string;
  start: number;
  end: number;
}

/** Letters and digits only: phones change quotation marks, spaces and dots. */
function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(({ 0: word, index }) => ({
    word: word.normalize("NFKC").toLowerCase(),
    start: index,
    end: index + word.length,
  }));
}

/** A shorter match with one of our texts may be the person's own words. */
const QUOTED_MIN = 4;
const REPEATED_MIN = 6;
/** A person who repeats fewer words, or only a part, without marks, may be following our instruction. */
const PLAINLY_OURS_MIN = 10;

function markOurs(text: string, ours: readonly string[]): { marked: string; doubtful: string } {
  const said = tokensOf(text);
  const sent = ours.map((our) => tokensOf(our).map(({ word }) => word));
  let marked = "";
  let doubtful = "";
  let copiedTo = 0;
  for (let at = 0; at < said.length; at += 1) {
    const { start } = said[at]!;
    const isMarked = new RegExp(`(?:${MARKS}|^\\s*>)\\s*$`, "u").test(text.slice(copiedTo, start));
    const found = sent
      .map((our) => repeated(said, at, our))
      .filter(({ length }) => length >= (isMarked ? QUOTED_MIN : REPEATED_MIN))
      .sort((a, b) => b.length - a.length)[0];
    if (!found) continue;
    const { end } = said[at + found.length - 1]!;
    if (!isMarked && (!found.isWhole || found.length < PLAINLY_OURS_MIN))
      doubtful += ` ${text.slice(start, end)}`;
    marked += text.slice(copiedTo, start) + OURS;
    copiedTo = end;
    at += found.length - 1;
  }
  return { marked: marked + text.slice(copiedTo), doubtful: doubtful.trim() };
}

/** Counts the words from there that equal the beginning of our text. The last may be cut off: "Reply STOP to o…". */
function repeated(said: readonly Token[], at: number, our: readonly string[]) {
  let length = 0;
  while (length < our.length && said[at + length]?.word === our[length]) length += 1;
  const next = said[at + length];
  const isLast = next !== undefined && at + length === said.length - 1;
  const isCutOff = length > 0 && isLast && (our[length]?.startsWith(next.word) ?? false);
  return { length: isCutOff ? length + 1 : length, isWhole: isCutOff || length === our.length };
}
