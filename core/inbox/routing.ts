import { z } from "zod";

const ROUTING_RULES_MAX = 50;
const WORDS_MAX = 30;
const WORD_LENGTH_MAX = 40;

/**
 * Who gets a conversation that nobody takes care of: the members of a team in turn, or one member. Without words the rule
 * is for every text that no other rule is for.
 */
export interface RoutingRule {
  words: string[];
  teamId: string | null;
  userId: string | null;
}

const hasWord = (text: string) => wordsOf(text).length > 0;

/** Validates a rule, with a message for each fault. */
const routingRule = z
  .strictObject({
    words: z
      .array(
        z
          .string()
          .trim()
          .max(WORD_LENGTH_MAX, `Use at most ${WORD_LENGTH_MAX} characters for a word.`)
          .refine(hasWord, "Write a word with letters or digits."),
      )
      .max(WORDS_MAX, `Use at most ${WORDS_MAX} words in a rule.`),
    teamId: z.guid().nullable(),
    userId: z.guid().nullable(),
  })
  .refine(({ teamId, userId }) => (teamId === null) !== (userId === null), "Choose a team or a member.");

/** Validates a tenant's rules. One without words would hide a second one. */
export const routingRules = z
  .array(routingRule)
  .max(ROUTING_RULES_MAX, `Use at most ${ROUTING_RULES_MAX} rules.`)
  .refine(
    (rules) => rules.filter(({ words }) => words.length === 0).length <= 1,
    "Only one rule can be for all other texts. Give the others words.",
  );

/** Returns the rule for a text: the first with a word or phrase that the text holds whole, or the one for all others. */
export function routeOf(text: string, rules: readonly RoutingRule[]): RoutingRule | null {
  const said = ` ${wordsOf(text).join(" ")} `;
  const holds = (phrase: string) => {
    const words = wordsOf(phrase).join(" ");
    return (
      words !== "" &&
      (WRITTEN_WITHOUT_SPACES.test(words) ? said.includes(words) : said.includes(` ${words} `))
    );
  };
  return (
    rules.find(({ words }) => words.some(holds)) ?? rules.find(({ words }) => words.length === 0) ?? null
  );
}

/** Where words have no spaces between them, a keyword is found anywhere. */
const WRITTEN_WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Returns the words of a text, in lower case and without accents. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
  return plain.match(/[\p{L}\p{N}\p{Mc}]+/gu) ?? [];
}

/** A member who takes conversations, and when they last got one. */
export interface Taker {
  userId: string;
  turnAt: Date | null;
}

/** Returns the member whose turn it is: who has waited longest, or has had none yet. Null if nobody takes any. */
export function nextInTurn(takers: readonly Taker[]): string | null {
  const [first] = takers.toSorted(
    (a, b) => (a.turnAt?.getTime() ?? 0) - (b.turnAt?.getTime() ?? 0) || (a.userId < b.userId ? -1 : 1),
  );
  return first?.userId ?? null;
}
