import { createHmac } from "node:crypto";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "@smscrm/core/process/environment";
import type { Taken } from "./taken.ts";

/** How many messages lie between a message's "sent" and its "delivered". */
const APART = 500;

/**
 * Returns signed requests for two callbacks of each message, ready to be written to a socket: "sent", then
 * "delivered".
 */
export function callbackRequests(taken: readonly Taken[], publicUrl: string): Buffer[] {
  const requests: Buffer[] = [];
  for (let at = 0; at < taken.length + APART; at += 1) {
    const sent = taken[at];
    const delivered = taken[at - APART];
    if (sent) requests.push(request(sent, "sent", publicUrl));
    if (delivered) requests.push(request(delivered, "delivered", publicUrl));
  }
  return requests;
}

function request({ attemptId, sid }: Taken, status: string, publicUrl: string): Buffer {
  const path = `/webhooks/twilio/status/${attemptId}`;
  const fields = {
    AccountSid: SIMULATOR_ACCOUNT_SID,
    ApiVersion: "2010-04-01",
    From: "+61480000001",
    MessageSid: sid,
    MessageStatus: status,
    SmsSid: sid,
    SmsStatus: status,
    To: "+61401000001",
  };
  const body = new URLSearchParams(fields).toString();
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(publicUrl).host}`,
    "User-Agent: TwilioProxy/1.1",
    "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
    `Content-Length: ${body.length}`,
    `X-Twilio-Signature: ${signed(`${publicUrl}${path}`, fields)}`,
    "I-Twilio-Idempotency-Token: 5d5a7e6e-7f3c-4a0a-9c0e-3a8f2d3e1b11",
    "Accept: */*",
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Signs like the carrier: the address, then each field's name and value, sorted by name. */
function signed(url: string, fields: Readonly<Record<string, string>>): string {
  const text = Object.keys(fields)
    .sort()
    .reduce((all, name) => all + name + fields[name], url);
  return createHmac("sha1", SIMULATOR_AUTH_TOKEN).update(text).digest("base64");
}
