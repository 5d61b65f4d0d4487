/** A text of the person, and a message to them, as far as the evidence of an opt-out needs them. */
interface Reply {
  kind: string;
  at: string;
  body: string;
}
interface Message {
  id: string;
  /** When it was submitted. */
  at: string;
}

/** An opt-out with the last message before it, and the messages after it: there should be none. */
export interface OptOutEvidence {
  at: string;
  text: string;
  lastMessageBefore: { id: string; at: string } | null;
  /** Until the person texted START, if they did. */
  messagesAfter: { id: string; at: string }[];
}

/** Returns the person's opt-outs by text, oldest first. Times are ISO 8601, and may have any number of decimals. */
export function optOutEvidence(replies: readonly Reply[], messages: readonly Message[]): OptOutEvidence[] {
  const time = (at: string) => Date.parse(at);
  return replies
    .filter(({ kind }) => kind === "opt-out")
    .map(({ at, body }) => {
      const since = time(at);
      const starts = replies.filter((reply) => reply.kind === "opt-in" && time(reply.at) > since);
      const until = Math.min(...starts.map((reply) => time(reply.at)), Number.POSITIVE_INFINITY);
      const before = messages.filter((message) => time(message.at) <= since);
      return {
        at,
        text: body,
        lastMessageBefore: before.reduce<Message | null>(
          (last, message) => (last === null || time(message.at) > time(last.at) ? message : last),
          null,
        ),
        messagesAfter: messages.filter((message) => time(message.at) > since && time(message.at) < until),
      };
    });
}
