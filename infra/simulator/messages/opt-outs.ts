import keywords from "../data/opt-out-keywords.json" with { type: "json" };
import { senderTypeOf } from "./phone-numbers.ts";

export type Keyword = "stop" | "start" | "help";

const DEFAULT_WORDS = keywords.twilioDefault;
/** The toll-free network knows fewer words: YES does not remove its block. */
const TOLL_FREE_WORDS = { ...keywords.tollFreeNetwork, help: DEFAULT_WORDS.help };

/**
 * Returns the keyword that the carrier acts on: the whole message, one word, in any case. "STOP PLEASE" is not a
 * keyword.
 */
export function keywordOf(body: string, ourNumber: string): Keyword | null {
  const type = senderTypeOf(ourNumber);
  // Stand-alone short codes are left to the application.
  if (type === "short-code") return null;
  const words = type === "toll-free" ? TOLL_FREE_WORDS : DEFAULT_WORDS;
  const word = body.trim().toUpperCase();
  if (words.stop.includes(word)) return "stop";
  if (words.start.includes(word)) return "start";
  return words.help.includes(word) ? "help" : null;
}

/** Returns the carrier's own answer to a keyword, which is free. */
export function automaticReply(keyword: Keyword): string {
  return keywords.defaultReplies[keyword];
}

/** The blocks: pairs of a recipient and our number, or our Messaging Service. */
export interface OptOuts {
  has(recipient: string, sender: string): boolean;
  /** True when this changed something. */
  block(recipient: string, sender: string): boolean;
  lift(recipient: string, sender: string): boolean;
  size(): number;
  clear(): void;
}

export function createOptOuts(): OptOuts {
  const pairs = new Set<string>();
  const key = (recipient: string, sender: string) => `${recipient} ${sender}`;
  return {
    has: (recipient, sender) => pairs.size > 0 && pairs.has(key(recipient, sender)),
    block(recipient, sender) {
      const before = pairs.size;
      return pairs.add(key(recipient, sender)).size > before;
    },
    lift: (recipient, sender) => pairs.delete(key(recipient, sender)),
    size: () => pairs.size,
    clear: () => pairs.clear(),
  };
}
