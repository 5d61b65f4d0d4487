import errorCodes from "../data/error-codes.json" with { type: "json" };

/** An error as Twilio returns it: HTTP status and JSON body. */
export interface CarrierError {
  code: number;
  message: string;
  more_info: string;
  status: number;
}

/** Twilio's wording where it is known; other codes get the meaning from the code table. Clients must parse neither. */
const MESSAGES: Record<number, string> = {
  20003: "Authenticate",
  20404: "The requested resource was not found",
  20429: "Too Many Requests",
  20500: "Internal Server Error",
  20503: "Service unavailable",
  20504: "Gateway timeout",
  21211: "The 'To' number is not a valid phone number.",
  21212: "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID.",
  21266: "'To' and 'From' number cannot be the same",
  21408: "Permission to send an SMS has not been enabled for the region",
  21602: "Message body is required.",
  21603: "A 'From' or 'MessagingServiceSid' parameter is required to send a message",
  21604: "A 'To' phone number is required.",
  21606:
    "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination.",
  21609: "The 'StatusCallback' URL is not a valid URL.",
  21610: "Attempt to send to unsubscribed recipient",
  21611: "The From number has exceeded the maximum number of queued messages",
  21614: "'To' number is not a valid mobile number",
  21617: "The concatenated message body exceeds the 1600 character limit",
  21624: "The validity period is invalid: it must be between 1 and 36000 seconds",
  21635: "'To' number is a landline",
  30409: "Message cannot be canceled: it was already processed",
};

const TABLE = new Map(errorCodes.codes.map((row) => [row.code, row]));

/** Returns the error of a code; `status` overrides the usual HTTP status. An unknown code is a 400. */
export function carrierError(code: number, status?: number): CarrierError {
  const row = TABLE.get(code);
  return {
    code,
    message: MESSAGES[code] ?? row?.meaning ?? "Unknown error",
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status: status ?? row?.httpStatus ?? 400,
  };
}

/** True if the code belongs to an accepted message, and so arrives by status callback, not by HTTP. */
export function arrivesByCallback(code: number): boolean {
  const row = TABLE.get(code);
  return row === undefined ? code >= 30_000 && code < 35_000 : row.where === "callback";
}

/** True if the code is in the table that Twilio publishes. */
export function isKnownCode(code: number): boolean {
  return TABLE.has(code);
}

/** True for the callback codes of messages that Twilio never submitted to a network: `failed`, not `undelivered`. */
export function failsBeforeCarrier(code: number): boolean {
  return FAILED_CODES.has(code);
}

const FAILED_CODES = new Set([
  12400, 14107, 21610, 21703, 21704, 30001, 30002, 30010, 30018, 30019, 30020, 30021, 30022, 30023, 30024,
  30032, 30033, 30034, 30035, 30036, 30037, 30038, 30039, 30040, 30041, 30042, 30044, 30045, 30047, 30450,
  30453, 30454, 30485, 30500, 30610, 30640, 63017, 63038, 90010,
]);
