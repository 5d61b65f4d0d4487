import type { LocalTime, PassedChoice } from "@smscrm/core/campaigns/timing/local-time";
import { countOf, formatDay } from "../../ui/words/format.ts";

/** What happens to contacts for whom the local time has passed, as choices. */
export const PASSED_OPTIONS: readonly (readonly [PassedChoice, string])[] = [
  ["next-day", "Send the next day"],
  ["skip", "Skip them"],
  ["at-once", "Send at once"],
];

const PASSED_WORDS: Record<PassedChoice, string> = {
  "next-day": "the next day",
  skip: "skipped",
  "at-once": "at once",
};

/** "09:00 on 1 Dec where each contact is. If it has passed: the next day." */
export const localTimeWords = ({ date, time, passed }: LocalTime): string =>
  `${time} on ${formatDay(new Date(`${date}T12:00`))} where each contact is. If it has passed: ${PASSED_WORDS[passed]}.`;

/** What happens to the contacts for whom the time has passed: "For 12 contacts 09:00 has passed: they get it the next day." */
export function passedSentence({ time, passed }: LocalTime, contacts: number): string {
  const outcome = { "next-day": "get it the next day", skip: "are skipped", "at-once": "get it at once" }[
    passed
  ];
  const one = { "next-day": "gets it the next day", skip: "is skipped", "at-once": "gets it at once" }[
    passed
  ];
  return `For ${countOf(contacts, "contact")} ${time} has passed: ${contacts === 1 ? `that contact ${one}` : `they ${outcome}`}.`;
}

/** "3 hours", "90 minutes". */
export const minutesWords = (minutes: number): string =>
  minutes % 60 === 0 ? countOf(minutes / 60, "hour") : countOf(minutes, "minute");
