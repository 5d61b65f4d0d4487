/**
 * What a column of a contact file says about a person's wish to be texted. `accepts`: "Accepts SMS marketing: no" ·
 * `opted_out`: "Do not text: yes" · `status`: "unsubscribed" · `opted_out_when_filled`: a date or a reason of an
 * opt-out.
 */
export const CONSENT_COLUMN_KINDS = ["accepts", "opted_out", "status", "opted_out_when_filled"] as const;
export type ConsentColumnKind = (typeof CONSENT_COLUMN_KINDS)[number];

/**
 * What a value means, by the operator's answer. A value that is understood as an opt-out is not asked about, and no
 * answer can change it.
 */
export type ConsentAnswer = "in" | "out";

export interface ConsentColumn {
  column: number;
  kind: ConsentColumnKind;
  /** Keyed by `consentValueKey`; a blank cell is "". Rows with an unanswered value are refused. */
  answers?: Record<string, ConsentAnswer>;
}

/** `none`: the person has neither agreed nor opted out (never subscribed, pending, blank). */
export type ConsentVerdict = "in" | "out" | "none" | "unclear";

function wordsOf(heading: string): string {
  return plain(heading.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2"))
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
}

const BY_TEXT = /\b(?:sms|mms|texts?|texting|mobile|phone)\b/;
const OTHER_CHANNEL =
  /\b(?:e ?mails?|mails?|mailing|newsletters?|post|postal|letters?|whats ?app|push|fax|web|cookies?|facebook|instagram|viber|telegram)\b/;
const OPT_OUT =
  /\bopt(?:ed|s)? ?outs?\b|\bunsub\w*|\bdo ?not (?:sms|texts?|contact|message|market|disturb|solicit|call|send|phone)\b|\bdont (?:text|contact|call)\b|\bd ?n ?[cdt]\b|\bsuppress\w*|\b(?:black|block|stop|deny) ?list\w*|\bblocked\b|\bno (?:sms|texts?|marketing|contact)\b|\bstop(?:ped)?\b|\bconsent (?:withdrawn|revoked)\b|\brevoked\b|\babgemeldet\b|\babmeldung\b|\bdes(?:abonne|inscri)\w*|\bbaja\b|\bdisiscri\w*|\bafgemeld\b|\buitgeschreven\b|\bavregistrera\w*/;
const OPT_IN =
  /\baccept(?:s|ed|ance)?\b|\bconsent(?:s|ed)?\b|\bopt(?:ed|s)? ?ins?\b|\bsubscribed?\b|\bsubscription\b|\bpermissions?\b|\bpermitted\b|\bagree[sd]?\b|\ballow(?:s|ed)?\b|\breceives?\b|\bwants?\b|\bmarketing\b|\bpromotion(?:s|al)?\b|\bsms ok\b|\beinwilligung\b|\bzustimmung\b|\bconsent(?:ement|imiento)\b|\bacepta\b|\baccetta\b|\bconsenso\b|\btoestemming\b|\bsamtykke\b|\bsamtycke\b|\bwerbung\b/;
const CIRCUMSTANCE =
  /\b(?:dates?|times?|timestamp|at|on|when|since|reason|campaign|title|source|method|by|ip|id|level|url|form|channel|keyword|name|count|datum|fecha|wording|disclosure|statement)\b(?: (?:utc|gmt|iso|id|title|name))?$/;
const STATUS =
  /^(?:(?:sms|mms|texts?|mobile|phone|number|current|my|customer|member|membership|contact|profile|list|audience|messag(?:e|ing)|marketing|consent|subscri(?:ber|ption)|opt(?:ed)?|in|out) )*status$/;
const STRONG =
  /\b(?:sms|texts?|opt(?:ed)?|do ?not|d ?n ?[cdt]|marketing|subscri\w*|consents?)\b|\bunsub|\baccept/;

/**
 * The kind of a column, by its heading. Null if it says nothing about texts, such as "Accepts Email Marketing" or
 * the date of an opt-in. A heading without a channel ("Accepts Marketing", "Status") counts: it may mean texts.
 */
export function consentColumnKind(heading: string): ConsentColumnKind | null {
  const words = wordsOf(heading);
  if (OTHER_CHANNEL.test(words) && !BY_TEXT.test(words)) return null;
  if (OPT_OUT.test(words)) return CIRCUMSTANCE.test(words) ? "opted_out_when_filled" : "opted_out";
  if (STATUS.test(words)) return "status";
  if (CIRCUMSTANCE.test(words) || EVIDENCE_FIRST.test(words)) return null;
  if (/\b(?:status|state)$/.test(words) && OPT_IN.test(words)) return "status";
  return OPT_IN.test(words) ? "accepts" : null;
}

/** The circumstance first: "Date of consent". */
const EVIDENCE_FIRST =
  /^(?:(?:dates?|time|source|method) (?:of|du|de|der)(?: sms)? (?:consent|opt ?in|subscription)|einwilligung am$)/;

/** Headings of circumstances that need no word of consent: programs name their columns so. */
const EVIDENCE =
  /^(?:optin|confirm|signup|sign up|subscribed?|joined|consented|collected|date of consent|consent|lead) ?(?:time|ip|date|at|on|source|method|form|url|page|title|from|channel)?(?: id)?$/;

/** Whether a column says when, where or how a person agreed to texts, such as "SMS consent date" or OPTIN_TIME. */
export function isConsentEvidence(heading: string): boolean {
  const words = wordsOf(heading);
  if (OPT_OUT.test(words) || (OTHER_CHANNEL.test(words) && !BY_TEXT.test(words))) return false;
  return (
    (CIRCUMSTANCE.test(words) && (OPT_IN.test(words) || EVIDENCE.test(words))) || EVIDENCE_FIRST.test(words)
  );
}

/** Whether the heading alone is proof enough. A bare "Status" is not: it may be an order's. */
export const isSurelyConsent = (heading: string): boolean => STRONG.test(wordsOf(heading));

/** Whether a column is about e-mail or another channel. Then "unsubscribed" in it says nothing about texts. */
export function isOtherChannel(heading: string): boolean {
  const words = wordsOf(heading);
  return OTHER_CHANNEL.test(words) && !BY_TEXT.test(words);
}

/** The form in which values are compared: without case, accents, spaces and signs; "" for a blank. */
export function consentValueKey(value: string): string {
  const text = plain(value)
    .replace(/[✓✔☑✅]\ufe0f?/gu, "yes")
    .replace(/[✗✘☒❌]\ufe0f?/gu, "no")
    .trim();
  if (NULL_WORD.test(text)) return "";
  // A spreadsheet may add decimals to a number.
  return text
    .replace(/^([01])[.,]0+$/, "$1")
    .replace(/[^\p{L}\p{M}\p{N}]/gu, "")
    .slice(0, 100);
}

const NULL_WORD = /^['"(<[{]*(?:null|nil|nan|undefined|n\/a|#n\/a|[-–—_.]*)['")>\]}]*$/;

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const YES = setOf(
  "yes y true t 1 on ok okay checked ja j oui o si sim tak да はい 是 wahr vrai verdadero vero x",
);
const NO = setOf(
  "no n false f 0 off unchecked nein non nao nej nee nie нет いいえ 否 falsch faux falso never",
);
const IN = setOf(
  "subscribed active optedin optin optsin in accepted accepts granted consented given allowed agreed agrees enabled " +
    "confirmed express explicit singleoptin doubleoptin confirmedoptin smssubscribed subscribedsms abonne angemeldet",
);
const OUT = setOf(
  "unsubscribed unsubscribe unsubscribes unsub unsubbed optedout optout optsout opttedout out cleaned donotcontact " +
    "donottext donotsms donotmessage donotcall donotdisturb dontcontact donttext dnc dnt dnd stop stopped stopall " +
    "blocked blacklisted blacklist blocklisted blocklist suppressed revoked withdrawn withdrew declined refused " +
    "rejected denied removed complained complaint spam nosms notext notexts nomarketing nocontact abgemeldet " +
    "desabonne desabonnee desinscrit baja desuscrito disiscritto afgemeld uitgeschreven avregistrerad smsunsubscribed " +
    "unsubscribedsms globallyunsubscribed",
);
const NONE = setOf(
  "neversubscribed notsubscribed nonsubscribed nonsubscriber unconfirmed notconfirmed pending pendingconfirmation " +
    "notoptedin notset unknown unspecified nonmarketingcontact noconsent notgiven",
);

/**
 * Returns what a value means in a column of this kind. The operator's answers count for values that are not
 * understood.
 */
export function readConsentValue(
  { kind, answers }: Omit<ConsentColumn, "column">,
  value: string,
): ConsentVerdict {
  const key = consentValueKey(value);
  const understood = MEANINGS[kind](key);
  if (understood === "in" || understood === "out") return understood;
  return (answers && Object.hasOwn(answers, key) ? answers[key] : undefined) ?? understood;
}

const MEANINGS: Readonly<Record<ConsentColumnKind, (key: string) => ConsentVerdict>> = {
  accepts: (key) => {
    if (OUT.has(key) || NO.has(key)) return "out";
    if (IN.has(key) || (YES.has(key) && key !== "x")) return "in";
    return key === "" || NONE.has(key) ? "none" : "unclear";
  },
  opted_out: (key) => {
    // A date or a time stamp says when.
    if (OUT.has(key) || YES.has(key) || /^[12]\d{7,13}$/.test(key)) return "out";
    return key === "" || NO.has(key) || IN.has(key) ? "in" : "unclear";
  },
  status: (key) => {
    if (OUT.has(key)) return "out";
    if (IN.has(key)) return "in";
    return key === "" || NONE.has(key) ? "none" : "unclear";
  },
  opted_out_when_filled: (key) => (key === "" || NO.has(key) || /^0+$/.test(key) ? "in" : "out"),
};

/** Words that mean "opted out" in any column, alone in a cell or in a list. */
const OPT_OUT_WORDS = setOf(
  "unsubscribed unsubscribe unsub optedout optout donotcontact donottext donotsms donotmessage dnc dnt suppressed " +
    "blacklisted blocklisted nosms notexts abgemeldet desabonne desinscrit desuscrito disiscritto afgemeld uitgeschreven",
);
const PREFILTER = /uns|opt|do|dn|sup|bl|no|ab|d[eé]s|dis|af|ui/i;

/** Whether a cell says that its person opted out, in a column of any name. */
export function saysOptedOut(cell: string): boolean {
  if (cell.length < 3 || cell.length > 200 || !PREFILTER.test(cell)) return false;
  return cell.split(/[,;|]/).some((part) => part.length <= 40 && OPT_OUT_WORDS.has(consentValueKey(part)));
}

export interface RowConsent {
  verdict: ConsentVerdict;
  /** The column that decided, and its value; null if no column says anything. */
  column: number | null;
  value: string;
}

const RANK: readonly ConsentVerdict[] = ["in", "none", "unclear", "out"];

/** Combines all consent columns of a row. An opt-out wins over everything, a doubt over a yes. */
export function consentOfRow(row: readonly string[], columns: readonly ConsentColumn[]): RowConsent {
  let decided: RowConsent = { verdict: "in", column: null, value: "" };
  for (const consent of columns) {
    const value = row[consent.column] ?? "";
    const verdict = readConsentValue(consent, value);
    if (decided.column === null || RANK.indexOf(verdict) > RANK.indexOf(decided.verdict)) {
      decided = { verdict, column: consent.column, value: value.trim().slice(0, 100) };
    }
  }
  return decided;
}
