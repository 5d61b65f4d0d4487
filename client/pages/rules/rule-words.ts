import { hoursWords } from "@smscrm/core/platform/limits";
import type { UnknownReason } from "@smscrm/core/replay/replay";
import {
  changedRules,
  RULE_NAMES,
  type RuleName,
  type SendingRules,
} from "@smscrm/core/replay/sending-rules";
import type { Shift, Tally } from "@smscrm/core/replay/tally";
import type { DestinationHours } from "@smscrm/core/time/destination-hours";
import { countOf, countryName, formatCount } from "../../ui/words/format.ts";

const TERMS: Readonly<Record<RuleName, string>> = {
  timezone: "Time zone",
  country: "Country",
  quietHours: "Sending hours",
  destinationHours: "Hours by country",
  trustTenantZone: "If location is unknown",
  capPerDay: "Texts per contact in 24 hours",
  capPerWeek: "Texts per contact in 7 days",
};

export const ruleTerm = (name: RuleName): string => TERMS[name];

const capWords = (cap: number | null) => (cap === null ? "No limit" : formatCount(cap));
const choiceWords = (choices: DestinationHours) =>
  Object.entries(choices)
    .map(([code, choice]) => `${countryName(code)}: ${choice === "own" ? "only your own" : "recommended"}`)
    .join(", ") || "As recommended abroad, your own at home";

const VALUES: { [Name in RuleName]: (value: SendingRules[Name]) => string } = {
  timezone: (zone) => zone,
  country: (code) => countryName(code),
  quietHours: hoursWords,
  destinationHours: choiceWords,
  trustTenantZone: (trusts) => (trusts ? "Assume your own time zone" : "Text only when it is day everywhere"),
  capPerDay: capWords,
  capPerWeek: capWords,
};

const wordsOf = <Name extends RuleName>(name: Name, rules: Pick<SendingRules, Name>) =>
  VALUES[name](rules[name]);

export interface RuleLine {
  term: string;
  before: string;
  after: string;
}

/** Returns each changed rule in words, before and after. */
export function ruleLines(before: SendingRules, after: Partial<SendingRules>): RuleLine[] {
  const all = { ...before, ...after };
  return RULE_NAMES.filter((name) => after[name] !== undefined).map((name) => ({
    term: TERMS[name],
    before: wordsOf(name, before),
    after: wordsOf(name, all),
  }));
}

/** Returns what other rules would have changed, in one sentence. */
export function resultSentence(
  { held, letThrough, decisions }: Pick<Tally, "held" | "letThrough" | "decisions">,
  period: string,
): string {
  if (decisions === 0) return `${period} nothing was decided, so there is nothing to compare.`;
  if (held === 0 && letThrough === 0) return `${period} these rules would have changed nothing.`;
  return `${period} these rules would have held ${countOf(held, "message")} and let ${formatCount(letThrough)} more through.`;
}

const UNKNOWN: Readonly<Record<UnknownReason, string>> = {
  before: "made before smscrm stored what a replay needs",
  erased: "about people who were erased since",
  history: "where the messages before are no longer on record as they were",
  differs: "where the facts on record don’t give the decision that was made",
  "sent-again": "of messages that were sent again since",
  rules: "where the rules or the campaign of the time are not on record",
};

/** Returns the decisions that can't be replayed, each reason in words; empty: all could. */
export function unknownLines(unknown: Tally["unknown"]): string[] {
  return (Object.keys(UNKNOWN) as UnknownReason[])
    .filter((reason) => unknown[reason])
    .map((reason) => `${formatCount(unknown[reason]!)} ${UNKNOWN[reason]}`);
}

export interface Part extends Shift {
  key: string;
}

/** Returns the parts of a result, those that change most first. */
export function partsOf(parts: Readonly<Record<string, Shift>>): Part[] {
  return Object.entries(parts)
    .map(([key, shift]) => ({ key, ...shift }))
    .sort((a, b) => b.held + b.letThrough - (a.held + a.letThrough) || (a.key < b.key ? -1 : 1));
}

/** Returns what a version changed against the one before it, or all of its rules where that is not shown. */
export function versionWords(rules: SendingRules, before: SendingRules | undefined): string[] {
  const changed = before ? changedRules(before, rules) : RULE_NAMES;
  return changed.map((name) =>
    before
      ? `${TERMS[name]}: ${wordsOf(name, before)} → ${wordsOf(name, rules)}`
      : `${TERMS[name]}: ${wordsOf(name, rules)}`,
  );
}
