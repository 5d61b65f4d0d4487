import type { Carrier } from "../carrier.ts";
import { handsetOf, type Message } from "../messages/message.ts";
import { senderTypeOf } from "../messages/phone-numbers.ts";

const HANDSETS_MAX = 30;
const BUBBLES_MAX = 200;

/** A handset in the list: its latest text, sent or received. */
export interface HandsetRow {
  number: string;
  preview: string;
  at: number;
}

/** A text as the handset shows it. */
export interface Bubble {
  sid: string;
  side: "theirs" | "ours";
  peer: string;
  body: string;
  at: number;
  status: string;
  /** False for a text that has not reached the handset, or never will. */
  arrived: boolean;
  errorCode: number | null;
  segments: number;
}

export interface Conversation {
  number: string;
  /** Where a reply goes: the sender of the latest text that can be answered. */
  replyTo: string | null;
  /** Our numbers that this handset has blocked by STOP. */
  blocked: string[];
  bubbles: Bubble[];
}

/** Returns the latest handsets, or those whose number contains the digits, in national or E.164 form. */
export function handsetsMatching(carrier: Carrier, search: string): HandsetRow[] {
  const digits = search.replace(/\D/g, "");
  return digits === "" ? latestHandsets(carrier) : searchHandsets(carrier, digits);
}

function latestHandsets(carrier: Carrier): HandsetRow[] {
  const rows = new Map<string, HandsetRow>();
  for (const message of carrier.messages.newestFirst()) {
    const number = handsetOf(message);
    if (!rows.has(number)) rows.set(number, rowOf(number, message));
    if (rows.size === HANDSETS_MAX) break;
  }
  return [...rows.values()];
}

function searchHandsets(carrier: Carrier, digits: string): HandsetRow[] {
  const national = digits.replace(/^0+/, "");
  const rows: HandsetRow[] = [];
  for (const number of carrier.messages.handsets()) {
    if (!number.includes(digits) && (national === "" || !number.includes(national))) continue;
    const [latest] = carrier.messages.conversation(number);
    if (latest !== undefined) rows.push(rowOf(number, latest));
    if (rows.length === HANDSETS_MAX) break;
  }
  return rows.sort((a, b) => b.at - a.at);
}

function rowOf(number: string, latest: Message): HandsetRow {
  return { number, preview: latest.body.slice(0, 80), at: latest.createdAt };
}

/** Returns one handset's texts, oldest first; an unknown number has an empty conversation. */
export function conversationOf(carrier: Carrier, number: string): Conversation {
  const bubbles: Bubble[] = [];
  const peers = new Set<string>();
  for (const message of carrier.messages.conversation(number)) {
    if (bubbles.length < BUBBLES_MAX) bubbles.push(bubbleOf(message));
    peers.add(bubbles.at(-1)?.peer ?? "");
    if (bubbles.length === BUBBLES_MAX) break;
  }
  const answerable = [...peers].filter((peer) => !["alphanumeric", null].includes(senderTypeOf(peer)));
  const blocked = [...peers].filter((peer) => carrier.optOuts.has(number, peer));
  return { number, replyTo: answerable[0] ?? null, blocked, bubbles: bubbles.reverse() };
}

function bubbleOf(message: Message): Bubble {
  const inbound = message.direction === "inbound";
  return {
    sid: message.sid,
    side: inbound ? "theirs" : "ours",
    peer: inbound ? message.to : message.from,
    body: message.body,
    at: message.createdAt,
    status: message.status,
    arrived:
      inbound || message.status === "delivered" || (message.status === "sent" && message.steps.length === 0),
    errorCode: message.errorCode,
    segments: message.segments,
  };
}
