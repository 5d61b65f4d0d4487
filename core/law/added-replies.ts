import { normalisePhone } from "../contacts/phone.ts";
import type { AddedWords } from "../replies/added-words.ts";
import { type Reply, type ReplyPlan, replyPlan } from "../replies/replies.ts";
import type { RuleBook } from "./rule-book.ts";

/** Returns the words that the platform's operator added for the country of a number; null: none. */
export function addedWordsFor({ replies }: Pick<RuleBook, "replies">, phone: string): AddedWords | null {
  if (replies.size === 0) return null;
  const country = countryOfSender(phone);
  return (country && replies.get(country)) || null;
}

/** Returns the country whose added words count for a sender; null: none. */
export function countryOfSender(from: string): string | null {
  const known = normalisePhone(from, "");
  return known.ok ? known.country : null;
}

/** What the meaning of a text depends on, beside the rules: who sent it, and what was said before. */
export type ReceivedReply = Required<Pick<Reply, "text" | "listedBy" | "ours">> & {
  from: string;
  optOutType: string | null;
};

/** Returns what a text asks for under these rules, and what to answer. The webhook and the replay both call it. */
export function planReceived({ from, ...reply }: ReceivedReply, rules: Pick<RuleBook, "replies">): ReplyPlan {
  return replyPlan({ ...reply, carrierHandlesKeywords: true, added: addedWordsFor(rules, from) });
}
