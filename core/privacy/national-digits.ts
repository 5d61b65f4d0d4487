import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/**
 * Returns a number's digits without its country's code and without zeros in front, so that it is found in a file however
 * it is written there: +61 491 570 006 and 0491-570-006 both contain 491570006.
 */
export function nationalDigits(phoneE164: string): string {
  const parsed = parsePhoneNumberFromString(phoneE164);
  const digits = parsed?.nationalNumber ?? phoneE164.replace(/\D/g, "");
  return digits.replace(/^0+/, "");
}
