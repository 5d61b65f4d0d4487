import {
  faultSentence,
  isRegistrationUnknown,
  type RuledSender,
  type SenderFault,
  senderRule,
} from "../campaigns/sender-rules.ts";
import { unsendableCountries, type WordingInput } from "../campaigns/wording.ts";
import { counted } from "../text/counted.ts";

/** People of one country whose messages are held, because no sender may text them with this text. */
export interface HeldCountry {
  country: string;
  fault: SenderFault;
  count: number;
  /** What is wrong and what to do. */
  sentence: string;
}

/** What a preflight says about senders. */
export interface SenderFindings {
  held: HeldCountry[];
  /** Countries where it is not known whether numbers are registered, with their number. */
  unknown: { country: string; numbers: number }[];
}

interface Checked {
  body: string;
  purpose: string | undefined;
  /** People who are not refused, by country. */
  people: ReadonlyMap<string, number>;
  /** The senders that a claim looks at. */
  senders: readonly RuledSender[];
  /** The rules in force; absent: those shipped. */
  book?: WordingInput["book"];
}

/** Returns what senders mean for an audience, by the rules of the claim. The largest count comes first. */
export function senderFindings({ body, purpose, people, senders, book }: Checked): SenderFindings {
  const countries = [...people.keys()];
  const held = unsendableCountries(body, countries, senders, { purpose, book }).map(({ country, fault }) => ({
    country,
    fault,
    count: people.get(country)!,
    sentence: `${faultSentence(fault, country, senderRule(country, book?.senders))}.`,
  }));
  const unknown = countries.flatMap((country) => {
    const numbers = senders.filter(
      (sender) => sender.country === country && isRegistrationUnknown(sender),
    ).length;
    return numbers > 0 ? [{ country, numbers }] : [];
  });
  return { held: held.sort((a, b) => b.count - a.count), unknown };
}

/** Adds up what several texts of one campaign mean. */
export function joinFindings(all: readonly SenderFindings[]): SenderFindings {
  const held = new Map<string, HeldCountry>();
  for (const one of all.flatMap((each) => each.held)) {
    const key = `${one.country} ${one.fault}`;
    const before = held.get(key);
    held.set(key, before ? { ...before, count: before.count + one.count } : one);
  }
  const unknown = new Map(all.flatMap((each) => each.unknown).map((one) => [one.country, one]));
  return { held: [...held.values()].sort((a, b) => b.count - a.count), unknown: [...unknown.values()] };
}

/** Returns one sentence for each finding. */
export function senderWarnings({ held, unknown }: SenderFindings): string[] {
  return [
    ...held.map(
      ({ country, count, sentence }) =>
        `Held: ${counted(count, "person", "people")} in ${country}, because ${sentence}`,
    ),
    ...unknown.map(
      ({ country, numbers }) =>
        `We don't know yet whether ${counted(numbers, "number", "numbers")} in ${country} may text there: the carrier has not told us the registration. Texts are sent all the same, and the carrier blocks them if it is missing. See Numbers.`,
    ),
  ];
}
