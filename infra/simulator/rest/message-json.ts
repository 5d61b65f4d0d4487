import { awaitsService, isFinal, type Message } from "../messages/message.ts";
import { PRICE_UNIT, priceText } from "../messages/prices.ts";

const API_VERSION = "2010-04-01";

/** Returns a message as Twilio's REST API shows it; every value but `error_code` is a string or null. */
export function messageJson(message: Message, accountSid: string): Record<string, unknown> {
  const path = `/${API_VERSION}/Accounts/${accountSid}/Messages/${message.sid}`;
  // The price appears once the message is final, as with Twilio some time after delivery.
  const price = message.priceMicros === null || !isFinal(message) ? null : priceText(message.priceMicros);
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: null,
    from: awaitsService(message) ? null : message.from,
    messaging_service_sid: message.serviceSid,
    num_media: String(message.mediaCount),
    num_segments: awaitsService(message) ? "0" : String(message.segments),
    price,
    price_unit: price === null ? null : PRICE_UNIT,
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${path}/Media.json` },
    to: message.to,
    uri: `${path}.json`,
  };
}

let secondShown = -1;
let textShown = "";

/**
 * Returns `Thu, 24 Aug 2023 05:01:45 +0000`. The text of the last second is cached, because creates come in
 * thousands.
 */
function rfc2822(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== secondShown) {
    secondShown = second;
    textShown = new Date(second * 1000).toUTCString().replace("GMT", "+0000");
  }
  return textShown;
}
