import { requiredWording } from "./wording.ts";

/** Where a name stands with a country's register of sender IDs. */
export const REGISTRATIONS = ["not-required", "not-registered", "pending", "registered", "refused"] as const;
export type Registration = (typeof REGISTRATIONS)[number];

/** Printable ASCII; the register compares names without regard to case. */
const PRINTABLE = /^[\x20-\x7e]{2,11}$/;

/**
 * Why a name can't be a sender in a country, as a sentence; null where it can. Sources: ACMA's rules for sender IDs (3.1),
 * Twilio's error 21212 and its list of countries where carriers take no names.
 */
export function senderNameFault(name: string, country: string): string | null {
  if (requiredWording(country).alphanumeric === "refused") {
    return `Carriers take no names as senders in ${country}: add a number there.`;
  }
  if (!PRINTABLE.test(name)) return "A sender name has 2 to 11 letters, digits or signs without accents.";
  if (/^[ _]|[ _]$/.test(name)) return "A sender name does not begin or end with a space or an underscore.";
  if (!/[a-z]/i.test(name)) return "A sender name has at least one letter.";
  // Twilio takes letters, digits, spaces and these.
  if (!/^[a-z0-9 &+_-]+$/i.test(name))
    return "A sender name has letters, digits, spaces and the signs & + - _ only.";
  if (/unverified/i.test(name)) return 'A sender name may not contain "Unverified".';
  return null;
}

/** What a new name begins with: to be registered where its country keeps a register (Australia's, since July 2026). */
export function firstRegistration(country: string): Registration {
  return requiredWording(country).alphanumeric === "registered" ? "not-registered" : "not-required";
}

/** Whether a text may go from a name: one that is not on the register arrives as "Unverified", or not at all. */
export function mayBeSentFrom(registration: Registration | null): boolean {
  return registration === "registered" || registration === "not-required";
}
