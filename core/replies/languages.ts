import { lexiconOf, type Role } from "./grammar.ts";
import { indexPhrases, parsePhrase, type Sets } from "./phrases.ts";
import { fold, tokenise } from "./tokens.ts";
import af from "./words/af.json" with { type: "json" };
import ar from "./words/ar.json" with { type: "json" };
import bg from "./words/bg.json" with { type: "json" };
import bn from "./words/bn.json" with { type: "json" };
import ca from "./words/ca.json" with { type: "json" };
import cs from "./words/cs.json" with { type: "json" };
import da from "./words/da.json" with { type: "json" };
import de from "./words/de.json" with { type: "json" };
import el from "./words/el.json" with { type: "json" };
import en from "./words/en.json" with { type: "json" };
import es from "./words/es.json" with { type: "json" };
import et from "./words/et.json" with { type: "json" };
import fa from "./words/fa.json" with { type: "json" };
import fi from "./words/fi.json" with { type: "json" };
import fr from "./words/fr.json" with { type: "json" };
import he from "./words/he.json" with { type: "json" };
import hi from "./words/hi.json" with { type: "json" };
import hr from "./words/hr.json" with { type: "json" };
import ht from "./words/ht.json" with { type: "json" };
import hu from "./words/hu.json" with { type: "json" };
import id from "./words/id.json" with { type: "json" };
import it from "./words/it.json" with { type: "json" };
import ja from "./words/ja.json" with { type: "json" };
import ko from "./words/ko.json" with { type: "json" };
import lt from "./words/lt.json" with { type: "json" };
import lv from "./words/lv.json" with { type: "json" };
import mi from "./words/mi.json" with { type: "json" };
import mr from "./words/mr.json" with { type: "json" };
import ms from "./words/ms.json" with { type: "json" };
import nb from "./words/nb.json" with { type: "json" };
import nl from "./words/nl.json" with { type: "json" };
import others from "./words/others.json" with { type: "json" };
import pl from "./words/pl.json" with { type: "json" };
import pt from "./words/pt.json" with { type: "json" };
import ro from "./words/ro.json" with { type: "json" };
import ru from "./words/ru.json" with { type: "json" };
import sk from "./words/sk.json" with { type: "json" };
import sl from "./words/sl.json" with { type: "json" };
import sr from "./words/sr.json" with { type: "json" };
import sv from "./words/sv.json" with { type: "json" };
import sw from "./words/sw.json" with { type: "json" };
import ta from "./words/ta.json" with { type: "json" };
import te from "./words/te.json" with { type: "json" };
import th from "./words/th.json" with { type: "json" };
import tl from "./words/tl.json" with { type: "json" };
import tr from "./words/tr.json" with { type: "json" };
import uk from "./words/uk.json" with { type: "json" };
import ur from "./words/ur.json" with { type: "json" };
import vi from "./words/vi.json" with { type: "json" };
import zh from "./words/zh.json" with { type: "json" };

/**
 * What a phrase says: an opt-out, one from some messages only, what a person keeps, something that a person must
 * understand, a word that a person must understand only where little else is said ("stop that"), something innocent, or a thing or time that is no text ("send me no invoice") and makes an opt-out in
 * the same sentence doubtful.
 */
/** `asks`: a person must read it. `mentions`: a person reads it, unless the listener hears an ordinary reply. */
/** `otherWays`: calls, mail. `wantsThisWay`: asks for texts instead of them. */
type Meaning =
  | "optOut"
  | "partial"
  | "keeps"
  | "asks"
  | "mentions"
  | "weak"
  | "innocent"
  | "doubts"
  | "otherWays"
  | "wantsThisWay";

export interface Said {
  meaning: Meaning;
  /** The place of its language in `LEXICON`. */
  language: number;
  /** Words before an opt-out that turn it round, in its language. */
  negators: ReadonlySet<string>;
  /** Whether its language knows a word. */
  knows: (word: string) => boolean;
  /** Whether what is sent or stopped comes before the verb. */
  isObjectFirst: boolean;
  /** Its articles. The word behind one is what is stopped: "stopper la commande". */
  articles: ReadonlySet<string>;
}

/** A file of `words`. */
interface LanguageFile {
  sets: Record<string, string>;
  objectFirst?: boolean;
  roles?: Partial<Record<Role, string>>;
  /** Particles that are written together with the noun behind them: Arabic "ال". */
  prefixes?: string;
  whole: string[];
  optOut?: string[];
  partial?: string[];
  keeps?: string[];
  asks?: string[];
  mentions?: string[];
  weak?: string[];
  innocent?: string[];
  doubts?: string[];
  otherWays?: string[];
  wantsThisWay?: string[];
  negators: string;
  courtesies: string;
  help?: string[];
  wantsTexts?: string[];
  common?: string;
}

const LANGUAGES: readonly LanguageFile[] = [
  ...[af, ar, bg, bn, ca, cs, da, de, el, en, es, et, fa, fi, fr, he, hi, hr, ht, hu, id, it],
  ...[
    ja,
    ko,
    lt,
    lv,
    mi,
    mr,
    ms,
    nb,
    nl,
    others,
    pl,
    pt,
    ro,
    ru,
    sk,
    sl,
    sr,
    sv,
    sw,
    ta,
    te,
    th,
    tl,
    tr,
    uk,
    ur,
    vi,
    zh,
  ],
];

const MEANINGS: readonly Meaning[] = [
  "optOut",
  "partial",
  "keeps",
  "asks",
  "mentions",
  "weak",
  "innocent",
  "doubts",
  "otherWays",
  "wantsThisWay",
];

/** Returns the words of a text as one string, so that texts compare as equal. */
const joined = (text: string) => tokenise(text).words.join(" ");
const setOf = (lists: readonly (readonly string[])[]) => new Set(lists.flat().map(joined));
const wordsOf = (list: string | undefined) => tokenise(list ?? "").words;

/** Whole messages that mean STOP. */
export const WHOLE_OPT_OUTS = setOf(LANGUAGES.map(({ whole }) => whole));
/** Whole messages that ask for help. */
export const WHOLE_HELP = setOf(LANGUAGES.map(({ help }) => help ?? []));
/** Whole messages that ask for texts again. */
export const WHOLE_WANTS_TEXTS = setOf(LANGUAGES.map(({ wantsTexts }) => wantsTexts ?? []));
/** Words that change nothing: "please", "thanks", "hello". */
export const COURTEOUS_WORDS: ReadonlySet<string> = new Set(
  LANGUAGES.flatMap(({ courtesies }) => wordsOf(courtesies)),
);
/** Frequent words of each language, to notice a text in one that is not known. */
export const COMMON_WORDS: readonly ReadonlySet<string>[] = LANGUAGES.map(
  ({ common, courtesies, roles }) =>
    new Set(
      [common, courtesies, ...Object.values(roles ?? {})].flatMap((text) =>
        wordsOf(text?.replaceAll("_", " ")),
      ),
    ),
);

/** The place of English among the languages. */
export const ENGLISH = LANGUAGES.indexOf(en);

/** Returns whether a word stands anywhere in the file of a language, other than as a thing that is no text. */
function vocabularyOf({ sets, roles, optOut, courtesies }: LanguageFile): (word: string) => boolean {
  const { thing: _, ...others } = roles ?? {};
  const parts = [...Object.values(sets), ...Object.values(others), ...(optOut ?? []), courtesies];
  const texts = parts.join(" ").split(/[\s|_<>[\]]+/);
  const words = new Set(wordsOf(texts.filter((text) => !text.endsWith("*")).join(" ")));
  const beginnings = texts.filter((text) => /.\*$/.test(text)).map((text) => fold(text.slice(0, -1)));
  return (word) => words.has(word) || beginnings.some((beginning) => word.startsWith(beginning));
}

export const PHRASES = indexPhrases(
  LANGUAGES.flatMap((language, at) => {
    // The phrases of English are its own, and say themselves where they end.
    const knows = language === en ? () => true : vocabularyOf(language);
    const facts = {
      language: at,
      negators: new Set(wordsOf(language.negators)),
      knows,
      isObjectFirst: language.objectFirst ?? false,
      articles: new Set(language === en ? [] : wordsOf(language.roles?.det)),
    };
    // "<=send>" in a phrase stands for the words with that role.
    const roles = Object.entries(language.roles ?? {}).map(([role, words]) => [`=${role}`, words]);
    const sets: Sets = { ...language.sets, ...Object.fromEntries(roles) };
    return MEANINGS.flatMap((meaning) =>
      (language[meaning] ?? []).map((text) => parsePhrase<Said>(text, sets, { meaning, ...facts })),
    );
  }),
);

/** The roles of nouns, which take the particles of their language. */
const NOUN_ROLES: readonly Role[] = ["mine", "msg", "list", "thing"];

/** Returns the words of a language by role, its nouns also with each particle before them. */
function rolesOf({ roles = {}, prefixes }: LanguageFile): Partial<Record<Role, string>> {
  if (prefixes === undefined) return roles;
  const particles = ["", ...prefixes.split(" ")];
  const withParticles = (words: string) =>
    words
      .split(" ")
      .flatMap((word) => particles.map((particle) => particle + word))
      .join(" ");
  const entries = Object.entries(roles) as [Role, string][];
  return Object.fromEntries(
    entries.map(([role, words]) => [role, NOUN_ROLES.includes(role) ? withParticles(words) : words]),
  );
}

/** What the words of each language do in a request to stop. */
export const LEXICON = lexiconOf(LANGUAGES.map(rolesOf));
