import { senderRule } from "../campaigns/sender-rules.ts";
import { type ConsentLaw, consentLawOf } from "../consent/consent-law.ts";
import { CONSENT_EVENTS } from "../consent/terms.ts";
import { messagePriceMicros } from "../price/pricing.ts";
import type { AddedWords } from "../replies/added-words.ts";
import { tokenise } from "../replies/tokens.ts";
import type { Place } from "../time/destination-hours.ts";
import { holidayDays } from "../time/public-holidays.ts";
import { ALWAYS_OPEN } from "../time/quiet-hours.ts";
import { type HoursBook, type HoursRule, hoursRules, rulesAt } from "../time/quiet-hours-presets.ts";
import { isStricter } from "../time/stricter-hours.ts";
import { DAY_MS } from "../time/wall-clock.ts";
import { overlapOf, type WeekSchedule } from "../time/week-schedule.ts";
import { weekWords } from "./law-document.ts";
import type { RuleBook } from "./rule-book.ts";

/**
 * Returns what other rules for a country would allow and these forbid, one sentence each; empty: nothing. Somebody must
 * say that they mean it. A price that falls reserves less of the budget, so it counts, too.
 */
export function looserRules(country: string, before: RuleBook, after: RuleBook, now: Date): string[] {
  return [
    ...looserHours(country, before.hours, after.hours, now),
    ...looserConsent(consentLawOf(country, before.consent), consentLawOf(country, after.consent)),
    ...looserSenders(country, before, after),
    ...lowerPrice(country, before, after),
    ...lostWords(country, before, after),
  ];
}

function looserHours(country: string, before: HoursBook, after: HoursBook, now: Date): string[] {
  if (before === after) return [];
  const regions = [before, after].flatMap((book) =>
    hoursRules(book)
      .filter((rule) => rule.country === country)
      .map(({ region }) => region),
  );
  const places = [...new Set([null, ...regions])];
  return [...new Set(places.flatMap((region) => looserHoursAt({ country, region }, before, after, now)))];
}

function looserHoursAt({ country, region }: Place, before: HoursBook, after: HoursBook, now: Date): string[] {
  const place = region === null || region === "unknown" ? country : `${country}-${region}`;
  const [old, next] = [rulesAt(country, region, before), rulesAt(country, region, after)];
  const found: string[] = [];
  const [oldLaw, nextLaw] = [old.filter(isStatute), next.filter(isStatute)];
  if (isLonger(oldLaw, nextLaw))
    found.push(
      `${place}: the law's hours become longer, ${words(nextLaw)} in place of ${words(oldLaw)}. No organisation is held to the old ones any more.`,
    );
  else if (isLonger(old, next))
    found.push(`${place}: the recommended hours become longer, ${words(next)} in place of ${words(old)}.`);
  if (opensOnHolidays(old, next, now))
    found.push(`${place}: texts go on public holidays that are closed until now.`);
  if (capOf(next) > capOf(old))
    found.push(
      `${place}: the law's cap of ${capOf(old)} texts in 24 hours ${capOf(next) === Number.POSITIVE_INFINITY ? "ends" : `becomes ${capOf(next)}`}.`,
    );
  return found;
}

const isStatute = ({ basis }: HoursRule) => basis === "statute";

/** The hours that all rules allow; without a rule the whole week. */
function weekOf(rules: readonly HoursRule[]): WeekSchedule {
  return rules.reduce<WeekSchedule>(
    (week, rule) => week.map((day, at) => overlapOf(day, rule.week[at])),
    ALWAYS_OPEN,
  );
}

const isLonger = (old: readonly HoursRule[], next: readonly HoursRule[]) =>
  !isStricter(weekOf(next), weekOf(old));

const words = (rules: readonly HoursRule[]) => (rules.length === 0 ? "none" : weekWords(weekOf(rules)));

/** Days on which any of the rules closes or has other hours. */
function holidaysOf(rules: readonly HoursRule[]): ReadonlySet<number> {
  const closing = rules.filter(({ holidays }) => holidays !== "as usual");
  return new Set(
    closing.flatMap(({ country, region, holidayRows }) => [...holidayDays(country, region, holidayRows)]),
  );
}

function opensOnHolidays(old: readonly HoursRule[], next: readonly HoursRule[], now: Date): boolean {
  const kept = holidaysOf(next);
  const today = Math.floor(now.getTime() / DAY_MS);
  return [...holidaysOf(old)].some((day) => day >= today && !kept.has(day));
}

const capOf = (rules: readonly HoursRule[]): number =>
  Math.min(...rules.filter(isStatute).map(({ capPerDay }) => capPerDay ?? Number.POSITIVE_INFINITY));

const EVIDENCE: readonly ConsentLaw["evidence"][] = ["kept", "required", "written"];

function looserConsent(old: ConsentLaw, next: ConsentLaw): string[] {
  const found: string[] = [];
  if (old.rule === "express" && next.rule !== "express")
    found.push("Consent: inferred consent counts, where only express consent does until now.");
  else if (next.rule !== "express" && moreEvents(old, next))
    found.push("Consent: inferred consent follows from more events, or lasts longer.");
  if (EVIDENCE.indexOf(next.evidence) < EVIDENCE.indexOf(old.evidence))
    found.push(`Consent: it needs less evidence, "${next.evidence}" in place of "${old.evidence}".`);
  return found;
}

/** Null: any relationship. Null months: no term. */
function moreEvents(old: ConsentLaw, next: ConsentLaw): boolean {
  if (old.events === null) return false;
  if (next.events === null) return true;
  return CONSENT_EVENTS.some((event) => {
    const [was, is] = [old.events![event], next.events![event]];
    if (is === undefined) return false;
    if (was === undefined) return true;
    return (is ?? Number.POSITIVE_INFINITY) > (was ?? Number.POSITIVE_INFINITY);
  });
}

const NAMES = { refused: 2, registered: 1, allowed: 0 } as const;

function looserSenders(country: string, before: RuleBook, after: RuleBook): string[] {
  const [old, next] = [senderRule(country, before.senders), senderRule(country, after.senders)];
  if (old === undefined || old === next) return [];
  const found: string[] = [];
  if (NAMES[next?.names ?? "allowed"] < NAMES[old.names])
    found.push(`Senders: names are ${next?.names ?? "allowed"}, and ${old.names} until now.`);
  if (old.numbers === "refused" && next?.numbers !== "refused")
    found.push("Senders: marketing may go from numbers, and only from names until now.");
  if (asks(old.beginsWith, next?.beginsWith) || asks(old.mustSay, next?.mustSay))
    found.push("Senders: the text need no longer begin or say as until now.");
  return found;
}

const asks = (old: unknown, next: unknown) =>
  old !== undefined && JSON.stringify(old) !== JSON.stringify(next);

function lowerPrice(country: string, before: RuleBook, after: RuleBook): string[] {
  const price = ({ rateCard }: RuleBook) => messagePriceMicros({ country, segments: 1 }, rateCard);
  const [old, next] = [price(before), price(after)];
  if (old === null || next === old) return [];
  if (next === null) return ["Price: there is none any more, so texts are refused for good."];
  return next < old
    ? [
        `Price: it falls from ${dollars(old)} to ${dollars(next)} a segment, so less of each budget is reserved.`,
      ]
    : [];
}

const dollars = (micros: number) => `US$${(micros / 1e6).toFixed(4)}`;

/** Words that were heard as an opt-out and may not be any more. Words that are only added hear more. */
function lostWords(country: string, before: RuleBook, after: RuleBook): string[] {
  const [old, next] = [before.replies.get(country), after.replies.get(country)];
  if (!old || old === next) return [];
  const lost = [...old.whole].filter((word) => !next?.whole.has(word));
  const found: string[] = [];
  if (lost.length > 0) {
    const named = lost.slice(0, 5).map((word) => `“${word}”`);
    found.push(
      `Reply words: ${named.join(", ")} ${lost.length === 1 ? "is" : "are"} heard as an opt-out until now, and would not be any more.`,
    );
  }
  const [oldRoles, nextRoles] = [rolesIn(before, country), rolesIn(after, country)];
  if (oldRoles !== undefined && JSON.stringify(oldRoles) !== JSON.stringify(nextRoles))
    found.push(
      "Reply words: the words of a sentence change, so an opt-out that is heard until now may not be any more.",
    );
  const courtesies = changedCourtesies(old, next, Object.values(oldRoles ?? {}));
  if (courtesies.length > 0) {
    const named = courtesies.slice(0, 5).map((word) => `“${word}”`);
    found.push(
      `Reply words: the ${courtesies.length === 1 ? "courtesy" : "courtesies"} ${named.join(", ")} ${courtesies.length === 1 ? "changes" : "change"}, so an opt-out with ${courtesies.length === 1 ? "it" : "them"} may not be heard any more.`,
    );
  }
  return found;
}

const rolesIn = ({ own }: RuleBook, country: string) => own.replies.get(country)?.body.roles;

/** Courtesies that go, and new ones that an opt-out is made of: both may hide it. */
function changedCourtesies(
  old: AddedWords,
  next: AddedWords | undefined,
  roles: readonly string[],
): string[] {
  const words = new Set([...old.whole, ...roles].flatMap((text) => tokenise(text).words));
  if (words.size === 0) return [];
  const gone = [...old.courtesies].filter((word) => !next?.courtesies.has(word));
  const added = [...(next?.courtesies ?? [])].filter((word) => !old.courtesies.has(word));
  return [...gone, ...added.filter((word) => words.has(word))];
}
