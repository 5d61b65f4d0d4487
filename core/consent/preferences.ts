import type { MessagePurpose } from "./terms.ts";

/** What a person can refuse and keep the rest: a purpose, or one topic of marketing. */
export interface Subject {
  purpose: MessagePurpose;
  /** A topic that the tenant named; null: the whole purpose. */
  topic?: string | null;
}

/** Returns the key under which a refused subject is stored: `marketing`, or `marketing:Offers`. */
export function subjectKey({ purpose, topic }: Subject): string {
  return topic ? `${purpose}:${topic}` : purpose;
}

/** Whether a person has refused a message's purpose, or its topic. Returns the refused key, or null. */
export function refusedKey(refused: readonly string[], { purpose, topic }: Subject): string | null {
  if (refused.includes(purpose)) return purpose;
  const key = topic ? subjectKey({ purpose, topic }) : null;
  return key !== null && refused.includes(key) ? key : null;
}
