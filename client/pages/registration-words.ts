import { type RegistrationRule, registrationRule } from "@smscrm/core/campaigns/carrier-registration";
import type { SendingNumber } from "../data/numbers.ts";
import { formatDay } from "../ui/words/format.ts";
import type { Tone } from "../ui/words/status-words.ts";

type Registered = Pick<
  SendingNumber,
  | "kind"
  | "country"
  | "carrierRegistration"
  | "carrierRegistrationReason"
  | "carrierRegistrationSince"
  | "carrierRegistrationFailure"
>;

/** What the page says about a number's registration with the carrier. */
interface RegistrationWords {
  label: string;
  tone: Tone;
  /** What to do; null: nothing. */
  step: string | null;
}

/** Returns the words for a number's registration; null if it needs none. */
export function registrationWords(number: Registered): RegistrationWords | null {
  const rule = registrationRule(number.country, number.kind);
  return rule ? wordsOf(number, rule) : null;
}

function wordsOf(number: Registered, { country, step }: RegistrationRule): RegistrationWords {
  const { carrierRegistrationSince: since, carrierRegistrationReason: reason } = number;
  switch (number.carrierRegistration) {
    case "registered":
      return { label: `Registered for ${country} texts`, tone: "ok", step: null };
    case "pending":
      return {
        label: since ? `Waiting for review since ${formatDay(new Date(since))}` : "Waiting for review",
        tone: "warn",
        step: "Not used until the carrier has approved it.",
      };
    case "refused":
      return {
        label: reason ? `Refused: ${reason}` : "Registration refused",
        tone: "danger",
        step: "Not used. Mend it in the carrier’s console and submit it again.",
      };
    case "not-registered":
      return { label: `Not registered for ${country} texts`, tone: "danger", step: `Not used. ${step}.` };
    default:
      return {
        label: `Registration for ${country} texts not known`,
        tone: "quiet",
        step: number.carrierRegistrationFailure
          ? `${number.carrierRegistrationFailure}. We ask again later. Texts are sent all the same.`
          : "The carrier was not asked yet, or gave no clear answer. Texts are sent all the same.",
      };
  }
}
