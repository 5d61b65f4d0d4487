import { randomUUID } from "node:crypto";
import type { Form } from "../rest/form.ts";
import type { MessageResult } from "./outcomes.ts";

export type RequestKind = "create" | "list" | "fetch" | "update" | "delete" | "other";

/** One callback: its status, when it was due, and how the receiver answered. */
export interface CallbackRecord {
  status: string;
  /** When the last attempt began, in ms since 1970. */
  at: number;
  attempts: number;
  /** HTTP status of the last attempt; 0 without an answer. */
  http: number;
  /** Set if a fault kept it from being sent. */
  lost?: true;
}

/** One request as it arrived, and its result. */
export interface LedgerEntry {
  /** The order of arrival: counts every request since the ledger began. */
  seq: number;
  /** ms since 1970, taken before the body is read. */
  receivedAt: number;
  kind: RequestKind;
  method: string;
  path: string;
  form: Form | null;
  /** HTTP status of the answer; null while unanswered, and for ever if the connection was cut. */
  answerStatus: number | null;
  /** Twilio's error code, if the answer had one. */
  code: number | null;
  /** The outcome that the number or a fault requested. */
  outcome: string | null;
  message: Message | null;
  callbacks: CallbackRecord[] | null;
}

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

/** One future event of a message, and whether its sender is notified. */
export interface Step {
  status: MessageStatus;
  due: number;
  errorCode: number | null;
  /** When the callback is sent, which the number's outcome may separate from `due`; null for no callback. */
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
  /** Its planned result. The data file has this name. */
  fate: MessageResult;
  /** Future events, in order. */
  steps: Step[];
  deleted: boolean;
  /** The request that created it; null for inbound messages and replies. */
  entry: LedgerEntry | null;
  /** Links to the previous message, so that one number's messages are found without a list per number. */
  previousTo: Message | null;
  previousOfHandset: Message | null;
}

/** Shared by all final messages, because half a million empty lists would waste memory. */
export const NO_STEPS: Step[] = [];

/** True for the statuses after which nothing more happens. */
export function isFinal(message: Message): boolean {
  return message.status !== "scheduled" && message.steps.length === 0;
}

type MessageEssentials = Pick<
  Message,
  "direction" | "status" | "to" | "from" | "body" | "fate" | "createdAt"
>;

/** True until a Messaging Service has taken the message: before that Twilio shows no sender and no segments. */
export function awaitsService(message: Message): boolean {
  return message.status === "accepted" || message.status === "scheduled";
}

/** Returns a new message with its own sid, not yet stored. */
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

/** Returns the handset's number, for texts in both directions. */
export function handsetOf(message: Message): string {
  return message.direction === "inbound" ? message.from : message.to;
}
