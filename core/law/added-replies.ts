import { normalisePhone } from "../contacts/phone.ts";
import type { AddedWords } from "../replies/added-words.ts";
import type { RuleBook } from "./rule-book.ts";

/** Returns the words that the platform's operator added for the country of a number; null: none. */
export function addedWordsFor({ replies }: Pick<RuleBook, "replies">, phone: string): AddedWords | null {
  if (replies.size === 0) return null;
  const known = normalisePhone(phone, "");
  return (known.ok && known.country && replies.get(known.country)) || null;
}
