/** A text of the person. */
interface Reply {
  kind: string;
  at: string;
  body: string;
}
/** A message to the person. */
interface Message {
  id: string;
  /** When it was submitted. */
  at: string;
}
/** A consent record of the person. */
interface Consent {
  basis: string;
  source: string;
  at: string;
}

/** An opt-out with the last message before it, and the messages after it: there should be none. */
export interface OptOutEvidence {
  at: string;
  /** By a text, or by the opt-out link in one. */
  by: "text" | "link";
  /** What the person wrote. Null for a link. */
  text: string | null;
  lastMessageBefore: { id: string; at: string } | null;
  /** Until the person texted START, if they did. */
  messagesAfter: { id: string; at: string }[];
}

/**
 * Returns the person's own opt-outs, by text and by link, oldest first. Times are ISO 8601, and may have any number of
 * decimals.
 */
export function optOutEvidence({
  replies,
  consents,
  messages,
}: {
  replies: readonly Reply[];
  consents: readonly Consent[];
  messages: readonly Message[];
}): OptOutEvidence[] {
  const time = (at: string) => Date.parse(at);
  const byText = replies
    .filter(({ kind }) => kind === "opt-out")
    .map(({ at, body }) => ({ at, by: "text" as const, text: body }));
  const byLink = consents
    .filter(({ basis, source }) => basis === "withdrawn" && source === "link")
    .map(({ at }) => ({ at, by: "link" as const, text: null }));
  return [...byText, ...byLink]
    .sort((a, b) => time(a.at) - time(b.at))
    .map((optOut) => {
      const since = time(optOut.at);
      const starts = replies.filter((reply) => reply.kind === "opt-in" && time(reply.at) > since);
      const until = Math.min(...starts.map((reply) => time(reply.at)), Number.POSITIVE_INFINITY);
      const before = messages.filter((message) => time(message.at) <= since);
      return {
        ...optOut,
        lastMessageBefore: before.reduce<Message | null>(
          (last, message) => (last === null || time(message.at) > time(last.at) ? message : last),
          null,
        ),
        messagesAfter: messages.filter((message) => time(message.at) > since && time(message.at) < until),
      };
    });
}
