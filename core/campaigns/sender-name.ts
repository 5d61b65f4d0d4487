import type { Registration } from "./registration.ts";
import { needsRegistration, type SenderRules, senderRule } from "./sender-rules.ts";

/** Printable ASCII; the register compares names without regard to case. */
const PRINTABLE = /^[\x20-\x7e]{2,11}$/;

/**
 * Returns why a name can't be a sender in a country, as a sentence; null if it can. Sources: ACMA's rules for sender
 * IDs (3.1), Twilio's error 21212 and its list of countries where carriers take no names.
 */
export function senderNameFault(name: string, country: string, rules?: SenderRules): string | null {
  const rule = senderRule(country, rules);
  if (rule?.names === "refused") {
    return `Carriers in ${country} do not accept sender names: add a number there.`;
  }
  if (rule?.refusedNames?.includes(name.toLowerCase())) {
    return `Carriers in ${country} block a name as general as "${name}": use your own.`;
  }
  if (!PRINTABLE.test(name))
    return "A sender name must have 2 to 11 letters, digits or signs, without accents.";
  if (/^[ _]|[ _]$/.test(name)) return "A sender name must not begin or end with a space or an underscore.";
  if (!/[a-z]/i.test(name)) return "A sender name must have at least one letter.";
  const own = rule?.registeredPrefix && name.startsWith(rule.registeredPrefix);
  // Twilio takes letters, digits, spaces and these.
  if (!/^[a-z0-9 &+_-]+$/i.test(own ? name.slice(rule.registeredPrefix!.length) : name))
    return "A sender name may have only letters, digits, spaces and the signs & + - _.";
  if (/unverified/i.test(name)) return 'A sender name may not contain "Unverified".';
  return null;
}

/** Returns the state of a new name. Where its country keeps a register, it must be registered first. */
export function firstRegistration(name: string, country: string, rules?: SenderRules): Registration {
  return needsRegistration(name, country, rules) ? "not-registered" : "not-required";
}
