import { drop, type GateAnswer, type MessageFacts } from "./gate.ts";
import { trial } from "./trial.ts";

/** Line types (libphonenumber's names) that cannot receive texts. */
const LINE_TYPES_WITHOUT_TEXTS: ReadonlySet<string> = new Set([
  "FIXED_LINE",
  "TOLL_FREE",
  "PREMIUM_RATE",
  "SHARED_COST",
  "PERSONAL_NUMBER",
  "PAGER",
  "UAN",
  "VOICEMAIL",
]);

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Obeys the carrier's contract: a landline, a 1300 or a 1800 number is rejected (Twilio 21614, 21635), and an
 * unreachable one still costs a fee. A number without a country has no price and no time zone. An unknown line type
 * passes: the carrier will answer, and its answer is stored as `invalidReason`.
 * In trial mode only the team's own numbers pass.
 */
export function phone(facts: Pick<MessageFacts, "phone" | "trial">, now: Date): GateAnswer {
  const { e164, country, lineType, invalidReason } = facts.phone;
  if (invalidReason !== null) return drop("Invalid phone", { fault: "carrier", invalidReason });
  if (!E164.test(e164)) return drop("Invalid phone", { fault: "format" });
  if (country === null) return drop("Invalid phone", { fault: "country" });
  if (lineType !== null && LINE_TYPES_WITHOUT_TEXTS.has(lineType)) {
    return drop("Invalid phone", { fault: "line-type", lineType, country });
  }
  return trial(facts, now);
}
