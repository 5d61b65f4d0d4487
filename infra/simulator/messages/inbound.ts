import type { Carrier } from "../carrier.ts";
import { messageRecord } from "../rest/create-request.ts";
import { readTwiml } from "../webhooks/twiml.ts";
import { beginLifecycle, isBlocked, placeInQueue } from "./lifecycle.ts";
import { type Message, newMessage } from "./message.ts";
import { automaticReply, type Keyword, keywordOf } from "./opt-outs.ts";
import { DELIVERED } from "./outcomes.ts";
import { numberFacts } from "./phone-numbers.ts";
import { inboundMicros } from "./prices.ts";
import { countSegments } from "./segments.ts";

/** A text typed on a handset. */
export interface HandsetText {
  from: string;
  to: string;
  body: string;
}

/** The result of an inbound text: the carrier's own handling at once, and the application's answer later. */
export interface InboundResult {
  message: Message;
  keyword: Keyword | null;
  /** Resolves when the webhook has been answered or given up: within 15 s. Never rejects. */
  webhook: Promise<{ http: number; attempts: number; replies: number; errorCode: number | null }>;
}

/**
 * Receives a text from a handset like Twilio. The carrier itself acts on STOP, START and HELP and answers them, and
 * the text still goes to the application's webhook.
 */
export async function receiveInbound(carrier: Carrier, text: HandsetText): Promise<InboundResult> {
  const now = carrier.settings.clock.now();
  const country = numberFacts(text.to)?.country ?? "AU";
  const { segments } = countSegments(text.body);
  const message = newMessage({
    ...text,
    direction: "inbound",
    status: "received",
    fate: DELIVERED,
    createdAt: now,
    country,
    segments,
  });
  message.sentAt = now;
  message.priceMicros = inboundMicros(country, segments);
  carrier.messages.add(message);
  carrier.journal.write({ k: "m", message: messageRecord(message) });
  const keyword = keywordOf(text.body, text.to);
  if (keyword !== null) obey(carrier, message, keyword);
  await carrier.journal.committed();
  return { message, keyword, webhook: postInbound(carrier, message) };
}

/**
 * Acts on a keyword. Twilio answers only a keyword that changes something: a second STOP gets no answer, HELP always
 * one.
 */
function obey(carrier: Carrier, message: Message, keyword: Keyword): void {
  const { from: recipient, to: ourNumber } = message;
  let changed = keyword === "help";
  for (const sender of sendersSharing(carrier, ourNumber)) {
    if (keyword === "stop") changed = carrier.optOuts.block(recipient, sender) || changed;
    if (keyword === "start") changed = carrier.optOuts.lift(recipient, sender) || changed;
    if (keyword !== "help") carrier.journal.write({ k: "o", recipient, sender, blocked: keyword === "stop" });
  }
  if (changed) storeReply(carrier, message, automaticReply(keyword));
}

/** Returns the number itself and every Messaging Service that sends from it. */
function sendersSharing(carrier: Carrier, ourNumber: string): string[] {
  const services = Object.entries(carrier.settings.services ?? {});
  return [ourNumber, ...services.filter(([, pool]) => pool.includes(ourNumber)).map(([sid]) => sid)];
}

/** Stores the carrier's own answer, which is free and arrives at once. */
function storeReply(carrier: Carrier, inbound: Message, body: string): void {
  const reply = replyTo(inbound, body, inbound.createdAt);
  reply.status = "delivered";
  reply.sentAt = inbound.createdAt;
  reply.priceMicros = 0;
  carrier.messages.add(reply);
  carrier.journal.write({ k: "m", message: messageRecord(reply) });
}

/** Posts an inbound text to the application and sends its answer. A restart uses it for texts that were not posted. */
export async function postInbound(
  carrier: Carrier,
  message: Message,
): ReturnType<() => InboundResult["webhook"]> {
  const answer = await carrier.webhooks.post(carrier.settings.inboundUrl, inboundParams(carrier, message));
  if (answer.attempts === 0) return { http: 0, attempts: 0, replies: 0, errorCode: 11200 };
  carrier.journal.write({ k: "w", sid: message.sid });
  const answered = answer.http >= 200 && answer.http < 300;
  const { replies, errorCode } = answered
    ? readTwiml(answer.contentType, answer.body)
    : { replies: [], errorCode: answer.http === 0 ? 11205 : 11200 };
  for (const body of replies) sendReply(carrier, message, body);
  return { http: answer.http, attempts: answer.attempts, replies: replies.length, errorCode };
}

function sendReply(carrier: Carrier, inbound: Message, body: string): void {
  const reply = replyTo(inbound, body, carrier.settings.clock.now());
  // The application's own answer to a STOP is refused with 21610.
  if (isBlocked(carrier, reply)) return;
  carrier.messages.add(reply);
  beginLifecycle(carrier, reply, placeInQueue(carrier, reply));
  carrier.journal.write({ k: "m", message: messageRecord(reply) });
}

function replyTo(inbound: Message, body: string, createdAt: number): Message {
  return newMessage({
    direction: "outbound-reply",
    status: "queued",
    to: inbound.from,
    from: inbound.to,
    body,
    fate: DELIVERED,
    createdAt,
    country: numberFacts(inbound.from)?.country ?? "AU",
    segments: countSegments(body).segments,
  });
}

/**
 * Returns Twilio's form for an inbound text. The places are empty, as for mobiles; empty fields are signed by name
 * alone.
 */
function inboundParams(carrier: Carrier, message: Message): Record<string, string> {
  const place = (end: "From" | "To", country: string) => ({
    [`${end}City`]: "",
    [`${end}State`]: "",
    [`${end}Zip`]: "",
    [`${end}Country`]: country,
  });
  return {
    ...place("To", message.country),
    ...place("From", numberFacts(message.from)?.country ?? ""),
    SmsMessageSid: message.sid,
    NumMedia: "0",
    SmsSid: message.sid,
    SmsStatus: "received",
    Body: message.body,
    To: message.to,
    NumSegments: String(message.segments),
    MessageSid: message.sid,
    AccountSid: carrier.settings.accountSid,
    From: message.from,
    ApiVersion: "2010-04-01",
  };
}
