import { handsetOf, type Message } from "./message.ts";

/** Every message in the order of creation, found by sid, by `To`, or by handset. */
export interface MessageStore {
  add(message: Message): void;
  get(sid: string): Message | undefined;
  /** Yields the newest first; with `to`, only those to that number. */
  newestFirst(to?: string): Iterable<Message>;
  /** Yields one handset's conversation, newest first. */
  conversation(handset: string): Iterable<Message>;
  handsets(): Iterable<string>;
  size(): number;
  clear(): void;
}

export function createMessageStore(): MessageStore {
  let all: Message[] = [];
  const bySid = new Map<string, Message>();
  const latestTo = new Map<string, Message>();
  const latestOfHandset = new Map<string, Message>();

  return {
    add(message) {
      all.push(message);
      bySid.set(message.sid, message);
      message.previousTo = latestTo.get(message.to) ?? null;
      latestTo.set(message.to, message);
      const handset = handsetOf(message);
      message.previousOfHandset = latestOfHandset.get(handset) ?? null;
      latestOfHandset.set(handset, message);
    },
    get(sid) {
      const message = bySid.get(sid);
      return message?.deleted ? undefined : message;
    },
    *newestFirst(to) {
      if (to !== undefined) {
        yield* chain(latestTo.get(to), "previousTo");
        return;
      }
      for (let i = all.length - 1; i >= 0; i -= 1) if (!all[i]!.deleted) yield all[i]!;
    },
    conversation: (handset) => chain(latestOfHandset.get(handset), "previousOfHandset"),
    handsets: () => latestOfHandset.keys(),
    size: () => all.length,
    clear() {
      all = [];
      bySid.clear();
      latestTo.clear();
      latestOfHandset.clear();
    },
  };
}

function* chain(
  latest: Message | undefined,
  previous: "previousTo" | "previousOfHandset",
): Iterable<Message> {
  for (let message = latest ?? null; message !== null; message = message[previous]) {
    if (!message.deleted) yield message;
  }
}
