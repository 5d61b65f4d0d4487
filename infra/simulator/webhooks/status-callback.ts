import type { Message, MessageStatus } from "../messages/message.ts";

/** Returns the form of a status callback. It has no price and no segment count, because Twilio sends neither. */
export function statusCallbackParams(
  message: Message,
  status: MessageStatus,
  errorCode: number | null,
  accountSid: string,
  now: number,
): Record<string, string> {
  const params: Record<string, string> = {
    SmsSid: message.sid,
    SmsStatus: status,
    MessageStatus: status,
    To: message.to,
    MessageSid: message.sid,
    AccountSid: accountSid,
    From: message.from,
    ApiVersion: "2010-04-01",
  };
  if (message.serviceSid !== null) params.MessagingServiceSid = message.serviceSid;
  if (errorCode !== null) params.ErrorCode = String(errorCode);
  if (status === "delivered" || status === "undelivered") params.RawDlrDoneDate = rawDlrDoneDate(now);
  return params;
}

/** Returns `YYMMDDhhmm`, without a zone, as carriers report it. */
function rawDlrDoneDate(at: number): string {
  return new Date(at).toISOString().replace(/\D/g, "").slice(2, 12);
}
