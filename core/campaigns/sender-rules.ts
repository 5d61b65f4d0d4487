import { z } from "zod";
import table from "../data/sender-rules.json" with { type: "json" };
import type { SenderType } from "../price/pricing.ts";
import { type CarrierRegistration, REGISTRATION_RULES, registrationRule } from "./carrier-registration.ts";
import type { Registration } from "./registration.ts";
import { type SenderRule, senderRuleInput } from "./sender-rule-input.ts";

/** Each country's rules for senders. It never changes: a change makes another one. */
export type SenderRules = ReadonlyMap<string, SenderRule>;

/** The rules for senders of `core/data`. */
export const SHIPPED_SENDER_RULES: SenderRules = new Map(
  z
    .array(senderRuleInput)
    .parse(table.rows)
    .map((rule) => [rule.country, rule]),
);

/** Every country's rules for senders. */
export const SENDER_RULES: readonly SenderRule[] = [...SHIPPED_SENDER_RULES.values()];

/** Returns a country's rules for senders; undefined: names are allowed, and nothing more is asked. */
export const senderRule = (
  country: string,
  rules: SenderRules = SHIPPED_SENDER_RULES,
): SenderRule | undefined => rules.get(country);

/** Why a sender can't text people in a country, or can't send this text there. */
export type SenderFault =
  | "other-country"
  | "name-refused"
  | "name-not-registered"
  | "generic-name"
  | "number-refused"
  | "number-not-registered"
  | "number-pending"
  | "number-registration-refused"
  | "no-opt-out-method"
  | "text-begins-wrong"
  | "text-lacks-words";

/** What the rules ask about a sender. */
export interface RuledSender {
  country: string;
  /** Absent: an ordinary number. */
  kind?: SenderType;
  /** Its number, or the name. */
  phoneE164: string;
  /** A name's state in its country's register. */
  registration?: Registration | null;
  /** A number's state in the carrier's account, where its country asks for one. Null or absent: not known. */
  carrierRegistration?: CarrierRegistration | null;
}

/** What the rules ask about a text. */
export interface RuledText {
  /** Absent: marketing, whose rules are the strictest. */
  purpose?: string;
  /** Whether it offers an opt-out method other than a reply; absent: no. */
  offersOptOutMethod?: boolean;
  /** The rules of the person's country that the text does not meet; absent: none. */
  textFaults?: readonly SenderFault[];
  /** The rules in force; absent: those shipped. */
  book?: { readonly senders: SenderRules } | undefined;
}

/**
 * Returns why this sender may not send this text to a country, or null if it may. The claim, the preflight and the review
 * of a text ask this one function. The register, the carriers' rules on senders, and Spam Act 2003 (AU) s 18 and PECR
 * (GB) reg. 22: a name that nobody can reply to needs another opt-out method.
 */
export function senderFault(
  sender: RuledSender,
  text: RuledText,
  country: string | null,
): SenderFault | null {
  if (country === null || sender.country !== country) return "other-country";
  const rule = senderRule(country, text.book?.senders);
  const isName = sender.kind === "alphanumeric";
  const ofSender = isName ? nameFault(sender, rule) : numberFault(sender);
  if (ofSender) return ofSender;
  if (isName && !text.offersOptOutMethod) return "no-opt-out-method";
  if (!rule || (text.purpose ?? "marketing") !== "marketing") return null;
  if (!isName && rule.numbers === "refused") return "number-refused";
  return text.textFaults?.find((fault) => applies(fault, sender, rule)) ?? null;
}

const REGISTRATION_FAULTS = {
  "not-registered": "number-not-registered",
  pending: "number-pending",
  refused: "number-registration-refused",
} as const satisfies Record<Exclude<CarrierRegistration, "registered">, SenderFault>;

/**
 * What is wrong with a number, whatever the text says: where carriers block unregistered numbers, it must be registered. A
 * state that is not known stops nothing: the carrier may refuse to tell it, and a wrong guess would stop everything.
 */
function numberFault({ country, kind = "long-code", carrierRegistration }: RuledSender): SenderFault | null {
  if (!carrierRegistration || carrierRegistration === "registered") return null;
  return registrationRule(country, kind) ? REGISTRATION_FAULTS[carrierRegistration] : null;
}

/** Whether a number's registration matters and is not known. */
export const isRegistrationUnknown = ({
  country,
  kind = "long-code",
  carrierRegistration,
}: RuledSender): boolean => !carrierRegistration && registrationRule(country, kind) !== undefined;

/** What is wrong with a name, whatever the text says. */
function nameFault(
  { phoneE164: name, registration }: RuledSender,
  rule: SenderRule | undefined,
): SenderFault | null {
  if (rule?.names === "refused") return "name-refused";
  if (rule?.refusedNames?.includes(name.toLowerCase())) return "generic-name";
  const isRegistered = registration === "registered";
  if (mustBeRegistered(name, rule)) return isRegistered ? null : "name-not-registered";
  return isRegistered || registration === "not-required" ? null : "name-not-registered";
}

function mustBeRegistered(name: string, rule: SenderRule | undefined): boolean {
  if (rule?.registeredPrefix !== undefined && name.startsWith(rule.registeredPrefix)) return true;
  return rule?.names === "registered";
}

/** Whether a name must be on its country's register before it sends. */
export const needsRegistration = (name: string, country: string, rules?: SenderRules): boolean =>
  mustBeRegistered(name, senderRule(country, rules));

function applies(fault: SenderFault, { kind = "long-code" }: RuledSender, { mustSay }: SenderRule): boolean {
  return fault !== "text-lacks-words" || !mustSay?.from || mustSay.from.includes(kind);
}

const NONE: readonly SenderFault[] = Object.freeze([]);

/** Returns the rules about a text that this one does not meet, by country. Countries without such faults are absent. */
export function textFaults(
  body: string,
  rules: SenderRules = SHIPPED_SENDER_RULES,
): ReadonlyMap<string, readonly SenderFault[]> {
  const folded = body.trim().toLowerCase();
  const faults = new Map<string, readonly SenderFault[]>();
  for (const [country, { beginsWith, mustSay }] of rules) {
    if (!beginsWith && !mustSay) continue;
    const found: SenderFault[] = [];
    if (beginsWith?.every((start) => !folded.startsWith(start.toLowerCase())))
      found.push("text-begins-wrong");
    if (mustSay?.oneOf.every((word) => !folded.includes(word.toLowerCase()))) found.push("text-lacks-words");
    if (found.length > 0) faults.set(country, found);
  }
  return faults;
}

/** Returns a text's faults for one country. */
export const textFaultsIn = (
  faults: ReadonlyMap<string, readonly SenderFault[]>,
  country: string | null,
): readonly SenderFault[] => (country === null ? NONE : (faults.get(country) ?? NONE));

/** The order in which faults are shown: the one that is easiest to mend comes first. */
const NEAREST_FIRST: readonly SenderFault[] = [
  "text-begins-wrong",
  "text-lacks-words",
  "no-opt-out-method",
  "number-pending",
  "number-not-registered",
  "number-registration-refused",
  "name-not-registered",
  "generic-name",
  "number-refused",
  "name-refused",
  "other-country",
];

/** Returns the fault that an operator should mend: of the senders' faults the one nearest to sending. */
export function nearestFault(faults: readonly SenderFault[]): SenderFault {
  return NEAREST_FIRST.find((fault) => faults.includes(fault)) ?? "other-country";
}

/** Returns what is wrong and what to do, as a sentence without its full stop. */
export function faultSentence(
  fault: SenderFault,
  country: string,
  rule: Partial<Pick<SenderRule, "why" | "beginsWith" | "mustSay">> | undefined = senderRule(country),
): string {
  const why = rule?.why ? ` (${rule.why})` : "";
  const sentences: Record<SenderFault, string> = {
    "other-country": `no number of yours can text ${country}. Add one`,
    "name-refused": `a sender name can't text ${country}${why}. Add a number there`,
    "name-not-registered": `your sender name is not registered in ${country}${why}. Enter its registration under Numbers, or add a number there`,
    "generic-name": `your sender name is too general for ${country}${why}. Use your own name, or add a number there`,
    "number-refused": `marketing can't go from a number in ${country}${why}. Add a registered sender name`,
    "number-not-registered": `your numbers in ${country} are not registered for texts there: ${programs(country)}. ${steps(country)}, or add a registered number`,
    "number-pending": `the registration of your numbers in ${country} is waiting for the carrier's review: ${programs(country)}. Wait for the answer, or add a registered number`,
    "number-registration-refused": `the carrier refused the registration of your numbers in ${country}: ${programs(country)}. See the reason under Numbers, mend it in the carrier's website and submit it again, or add a registered number`,
    "no-opt-out-method": `nobody can reply to your sender name, and the text offers no other way to opt out. Put {{opt_out_link}} into the text, or add a number that can text ${country}`,
    "text-begins-wrong": `the text must begin with ${rule?.beginsWith?.join(" or ")} in ${country}${why}. Send it again with that`,
    "text-lacks-words": `the text lacks a word that it needs in ${country}: ${rule?.mustSay?.oneOf.join(", ")}${why}. Send it again with one of them`,
  };
  return sentences[fault];
}

const rulesOf = (country: string) => REGISTRATION_RULES.filter((rule) => rule.country === country);
const programs = (country: string) =>
  rulesOf(country)
    .map(({ why }) => why)
    .join("; ");
const steps = (country: string) =>
  rulesOf(country)
    .map(({ step }) => step)
    .join(". ");
