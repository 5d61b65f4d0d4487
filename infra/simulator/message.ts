import { randomUUID } from "node:crypto";
import type { LedgerEntry } from "./ledger.ts";
import type { Fate } from "./outcomes.ts";

export type MessageStatus =
  | "scheduled"
  | "accepted"
  | "queued"
  | "sending"
  | "sent"
  | "delivered"
  | "undelivered"
  | "failed"
  | "canceled"
  | "received";

/** One thing that will happen to a message, and whether its sender is told. */
export interface Step {
  status: MessageStatus;
  due: number;
  errorCode: number | null;
  /** When the callback goes out, which the number's outcome may set apart from `due`; null for no callback. */
  callbackDue: number | null;
  callbackCopies: number;
}

/** A message as the carrier knows it. Times are ms since 1970, money is millionths of a dollar. */
export interface Message {
  sid: string;
  direction: "outbound-api" | "outbound-reply" | "inbound";
  status: MessageStatus;
  to: string;
  from: string;
  serviceSid: string | null;
  body: string;
  segments: number;
  mediaCount: number;
  country: string;
  createdAt: number;
  updatedAt: number;
  sentAt: number | null;
  errorCode: number | null;
  priceMicros: number | null;
  /** With its `#` overrides. */
  callbackUrl: string | null;
  validityMs: number;
  fate: Fate;
  /** What is still to happen, in order. */
  steps: Step[];
  deleted: boolean;
  /** The request that made it; null for inbound messages and replies. */
  entry: LedgerEntry | null;
  /** Chains to the message before it, so that one number's messages are found without a list per number. */
  previousTo: Message | null;
  previousOfHandset: Message | null;
}

/** Shared by all that have come to rest: half a million empty lists would be memory for nothing. */
export const NO_STEPS: Step[] = [];

/** The statuses after which nothing more happens. */
export function isFinal(message: Message): boolean {
  return message.status !== "scheduled" && message.steps.length === 0;
}

type MessageEssentials = Pick<
  Message,
  "direction" | "status" | "to" | "from" | "body" | "fate" | "createdAt"
>;

/** True while a Messaging Service has not yet taken the message up: Twilio then shows no sender and no segments. */
export function awaitsService(message: Message): boolean {
  return message.status === "accepted" || message.status === "scheduled";
}

/** A new message with its own sid, not yet stored. */
export function newMessage(given: Partial<Message> & MessageEssentials): Message {
  return {
    sid: (given.mediaCount ?? 0) > 0 ? newSid("MM") : newSid("SM"),
    serviceSid: null,
    segments: 1,
    mediaCount: 0,
    country: "ZZ",
    updatedAt: given.createdAt,
    sentAt: null,
    errorCode: null,
    priceMicros: null,
    callbackUrl: null,
    validityMs: 36_000_000,
    steps: NO_STEPS,
    deleted: false,
    entry: null,
    previousTo: null,
    previousOfHandset: null,
    ...given,
  };
}

/** Two letters and 32 hexadecimal digits. */
export function newSid(prefix: string): string {
  return prefix + randomUUID().replaceAll("-", "");
}

/** The handset's number: the far end, whichever way the text went. */
export function handsetOf(message: Message): string {
  return message.direction === "inbound" ? message.from : message.to;
}
