import { lineTypeRefusal, type NormalisedPhone } from "@smscrm/core/contacts/phone";
import { badRequest } from "./refusals.ts";

const FAULTS: Readonly<Record<string, string>> = {
  Empty: "Enter a phone number.",
  "Not a number": "This is not a phone number. Enter digits only, such as 0491 570 006.",
  "Spreadsheet damage": "A spreadsheet has changed this number. Enter it in full, digits only.",
  Ambiguous: "This can be read as more than one number. Enter it with + and its country code, digits only.",
  "Too short": "This number is too short. Check that no digit is missing.",
  "Too long": "This number is too long. Check that no digit was typed twice.",
  "Not valid in its country":
    "No such number is in use in its country. For another country begin with + and its code.",
};

/** Returns a typed number in E.164, or throws the refusal that says what is wrong with it. */
export function phoneInput(phone: NormalisedPhone): Extract<NormalisedPhone, { ok: true }> {
  if (!phone.ok) throw badRequest(FAULTS[phone.reason] ?? phone.reason);
  const refusal = lineTypeRefusal(phone.lineType);
  if (refusal) throw badRequest(`This number is ${refusal}.`);
  return phone;
}
