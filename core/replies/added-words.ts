import { z } from "zod";
import { type Lexicon, lexiconOf, ROLES, type Role, requestOf } from "./grammar.ts";
import { type Tokens, tokenise } from "./tokens.ts";

const message = z.string().trim().min(2, "A word has at least two letters.").max(100);
const messages = z.array(message).max(500).optional();

/**
 * Words that people of a country answer with, beside those of `core/replies/words`, whose fields these are. Nothing takes
 * a shipped word away: an opt-out that was heard yesterday is heard tomorrow.
 */
export const addedWordsInput = z
  .strictObject({
    /** In English: "Swahili". */
    language: z.string().trim().min(2).max(60),
    /** Whole messages that mean STOP. */
    whole: messages,
    /** Whole messages that ask for help. */
    help: messages,
    /** Whole messages that ask for texts again. */
    wantsTexts: messages,
    /** Words that change nothing, with spaces between them. */
    courtesies: z.string().trim().max(2_000).optional(),
    /** What words do in a request, by role; `grammar.ts` explains the roles. */
    roles: z.partialRecord(z.enum(ROLES), z.string().trim().max(4_000)).optional(),
  })
  .refine(
    ({ whole = [], help = [], wantsTexts = [], roles = {} }) =>
      whole.length + help.length + wantsTexts.length + Object.keys(roles).length > 0,
    "Add at least one word.",
  );
export type AddedWordsInput = z.output<typeof addedWordsInput>;

/** Added words, ready to be looked for. */
export interface AddedWords {
  whole: ReadonlySet<string>;
  help: ReadonlySet<string>;
  wantsTexts: ReadonlySet<string>;
  courtesies: ReadonlySet<string>;
  lexicon: Lexicon | null;
}

const joined = (text: string) => tokenise(text).words.join(" ");
const setOf = (texts: readonly string[] = []) => new Set(texts.map(joined).filter((text) => text !== ""));

/** Returns added words ready to be looked for. */
export function addedWords({ whole, help, wantsTexts, courtesies, roles }: AddedWordsInput): AddedWords {
  return {
    whole: setOf(whole),
    help: setOf(help),
    wantsTexts: setOf(wantsTexts),
    courtesies: new Set(tokenise(courtesies ?? "").words),
    lexicon: roles ? lexiconOf([roles as Partial<Record<Role, string>>]) : null,
  };
}

/** What the added words alone say. */
export type AddedMeaning = "opt-out" | "ask-a-person" | "help" | "wants-texts" | "none";

/** Returns what a text says by added words. A question about an opt-out, and a doubtful one, goes to a person. */
export function meaningByAdded(
  tokens: Tokens,
  added: AddedWords,
  isShippedCourtesy: (word: string) => boolean,
): AddedMeaning {
  const isCourtesy = (word: string) => added.courtesies.has(word) || isShippedCourtesy(word);
  const { words, isQuestion } = tokens;
  const forms = [words, withoutEnds(words, isCourtesy)].map((form) => form.join(" "));
  const isIn = (set: ReadonlySet<string>) => forms.some((form) => set.has(form));
  if (isIn(added.whole)) return isQuestion ? "ask-a-person" : "opt-out";
  const request = added.lexicon && requestOf(tokens, added.lexicon, isCourtesy, () => false).request;
  if (request === "opt-out" && !isQuestion) return "opt-out";
  if (request === "opt-out" || request === "doubtful") return "ask-a-person";
  if (isIn(added.help)) return "help";
  return isIn(added.wantsTexts) ? "wants-texts" : "none";
}

/** Without the courtesies at both ends, and with repeated words once. */
function withoutEnds(words: readonly string[], isCourtesy: (word: string) => boolean): string[] {
  const first = words.findIndex((word) => !isCourtesy(word));
  const last = words.findLastIndex((word) => !isCourtesy(word));
  return words.slice(Math.max(first, 0), last + 1).filter((word, at, all) => word !== all[at - 1]);
}
