import { getCountries } from "libphonenumber-js/max";
import { requiredWording } from "../campaigns/wording.ts";
import { consentLawOf } from "../consent/consent-law.ts";
import { HOLIDAY_YEARS, publicHolidays } from "../time/public-holidays.ts";
import {
  countryName,
  type HoursBook,
  type HoursRule,
  hoursRules,
  rulesAt,
} from "../time/quiet-hours-presets.ts";
import { zoneCountries, zonesOf } from "../time/time-zone.ts";
import { type RuleBook, SHIPPED_BOOK } from "./rule-book.ts";
import { RULE_PARTS, type RulePart } from "./rule-parts.ts";

/** What is known about a country, and what a person should look up before texts go there. */
export interface CountryLaw {
  country: string;
  /** The parts that the platform's operator set in place of the shipped ones. */
  ownParts: readonly RulePart[];
  name: string;
  zones: readonly string[];
  /** Every rule of hours there, those of its states too. */
  rules: readonly HoursRule[];
  /** The consent that marketing needs there. */
  consent: string;
  /** Whether a text there has a price. Without one it is refused. */
  priced: boolean;
  /** One sentence each, with what it means for texts. Empty: everything is there. */
  missing: string[];
}

const withNumbers: ReadonlySet<string> = new Set(getCountries());

/** Returns every country that the tables know, in order of its code. */
export function lawCountries(): readonly string[] {
  return zoneCountries();
}

/** Returns what is known about a country, or null if no country has this code. */
export function countryLaw(country: string, now: Date, book: RuleBook = SHIPPED_BOOK): CountryLaw | null {
  const zones = zonesOf(country);
  if (zones.length === 0) return null;
  const own = hoursRules(book.hours).filter((rule) => rule.country === country);
  const rules = own.length > 0 ? own : rulesAt(country, null, book.hours);
  const consent = consentLawOf(country, book.consent);
  const priced = book.rateCard.rates.some(
    (rate) => rate.country === country && rate.direction === "outbound",
  );
  return {
    country,
    name: countryName(country),
    zones,
    rules,
    consent: `${consent.rule}: ${consent.law}`,
    priced,
    ownParts: RULE_PARTS.filter((part) => book.own[part].has(country)),
    missing: [
      ...(withNumbers.has(country)
        ? []
        : ["No number plan of its own: numbers there count as those of another country, or are refused."]),
      ...(priced
        ? []
        : [
            "No price in core/data/rate-card.json: texts are refused until one is added, there or under Platform → Countries.",
          ]),
      ...(own.length > 0
        ? []
        : [
            "No rule of hours in core/data/quiet-hours-presets.json: the default applies, which nobody researched.",
          ]),
      ...(consent.law === consentLawOf(null).law
        ? ["No consent law in core/data/consent-law.json: express consent is required, as the strictest."]
        : []),
      ...(requiredWording(country, book.wording).country === country
        ? []
        : ["No wording in core/data/required-wording.json: the general rule applies."]),
      ...rules.flatMap((rule) => ruleProblems(rule, now)),
    ],
  };
}

const YEAR_MS = 365 * 86_400_000;

/** Returns what is wrong with a rule: its source was read long ago, or its holidays end. */
function ruleProblems(rule: HoursRule, now: Date): string[] {
  const { jurisdiction, checked, isDefault } = rule;
  const isOld = !isDefault && now.getTime() - Date.parse(checked) > YEAR_MS;
  return [
    ...(isOld
      ? [`${jurisdiction}: its source was last read on ${checked}, over a year ago. Read it again.`]
      : []),
    ...holidayProblem(rule, now),
  ];
}

/** A rule that closes on public holidays needs those of the next year, too: campaigns are scheduled ahead. */
function holidayProblem(
  { jurisdiction, holidays, country, region, holidayRows }: HoursRule,
  now: Date,
): string[] {
  if (holidays === "as usual") return [];
  if (publicHolidays(country, region, now.getUTCFullYear() + 1, holidayRows) !== null) return [];
  return [
    `${jurisdiction}: its public holidays are known until ${HOLIDAY_YEARS.until} only, so it does not close on later ones. Add them to core/data/public-holidays.json.`,
  ];
}

const rulesOf = (countries: readonly string[], hours?: HoursBook) =>
  hoursRules(hours).filter((rule) => countries.includes(rule.country));

/** Returns what is out of date in the rules of these countries, one sentence each. */
export function outdatedLaw(countries: readonly string[], now: Date, hours?: HoursBook): string[] {
  return rulesOf(countries, hours).flatMap((rule) => ruleProblems(rule, now));
}

/** Returns a sentence if texts to these countries could go on a public holiday that nobody knows yet. */
export function unknownHolidays(countries: readonly string[], now: Date, hours?: HoursBook): string | null {
  const closing = rulesOf(countries, hours).filter((rule) => holidayProblem(rule, now).length > 0);
  const names = [...new Set(closing.map((rule) => countryName(rule.country)))];
  if (names.length === 0) return null;
  return `Public holidays after ${HOLIDAY_YEARS.until} are not known, so texts to ${names.join(", ")} could go on them. Choose another day, or update smscrm.`;
}
