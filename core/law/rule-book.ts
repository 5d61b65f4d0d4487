import { type SenderRules, SHIPPED_SENDER_RULES } from "../campaigns/sender-rules.ts";
import { type RequiredWordings, SHIPPED_WORDING } from "../campaigns/wording.ts";
import { type ConsentLaws, SHIPPED_CONSENT_LAW } from "../consent/consent-law.ts";
import { RATE_CARD, type Rate, type RateCard } from "../price/pricing.ts";
import { type AddedWords, addedWords } from "../replies/added-words.ts";
import { type StatePlaces, statesWith } from "../time/location.ts";
import { type HoursBook, hoursBookWith } from "../time/quiet-hours-presets.ts";
import { type PartBodies, RULE_PARTS, type RulePart } from "./rule-parts.ts";

/** A version of one part of a country's rules, as the platform's operator entered it. It is never changed or deleted. */
export type RuleVersion = {
  [Part in RulePart]: {
    id: string;
    country: string;
    part: Part;
    /** Null: as shipped, from then on. */
    body: PartBodies[Part] | null;
    source: string | null;
    /** "YYYY-MM-DD". */
    checkedOn: string | null;
    note: string | null;
    validFrom: Date;
    /** Grows with each version of the installation. */
    revision: number;
  };
}[RulePart];

/** The versions of one part by country, those that are as shipped left out. */
type Own<Part extends RulePart> = ReadonlyMap<
  string,
  Extract<RuleVersion, { part: Part }> & { body: PartBodies[Part] }
>;

/**
 * Every rule in force: the shipped data, and what the platform's operator set in its place. It never changes, so whatever
 * holds one reads one version from beginning to end.
 */
export interface RuleBook {
  /** The last revision that was known when it was made; 0: none. Each decision has it, for its replay. */
  revision: number;
  hours: HoursBook;
  consent: ConsentLaws;
  rateCard: RateCard;
  senders: SenderRules;
  wording: RequiredWordings;
  states: StatePlaces;
  replies: ReadonlyMap<string, AddedWords>;
  /** What is not as shipped. */
  own: { readonly [Part in RulePart]: Own<Part> };
}

/** Returns the versions in force at a time, one for each part of a country that has any. */
export function versionsAt(versions: readonly RuleVersion[], at: Date): RuleVersion[] {
  const inForce = new Map<string, RuleVersion>();
  for (const version of versions) {
    const key = `${version.country} ${version.part}`;
    const other = inForce.get(key);
    if (version.validFrom <= at && (!other || version.revision > other.revision)) inForce.set(key, version);
  }
  return [...inForce.values()];
}

/** Returns when the versions in force next change by their dates alone; null: never. */
export function nextChange(versions: readonly RuleVersion[], at: Date): Date | null {
  const inForce = new Map(versionsAt(versions, at).map((one) => [`${one.country} ${one.part}`, one]));
  let next: Date | null = null;
  for (const { country, part, validFrom, revision } of versions) {
    if (validFrom <= at || revision < (inForce.get(`${country} ${part}`)?.revision ?? 0)) continue;
    if (next === null || validFrom < next) next = validFrom;
  }
  return next;
}

/** Returns the rules in force at a time. Of two versions the later entered one counts, once its date has come. */
export function ruleBookAt(versions: readonly RuleVersion[], at: Date): RuleBook {
  const inForce = versionsAt(versions, at).filter(({ body }) => body !== null);
  const own = Object.fromEntries(
    RULE_PARTS.map((part) => [
      part,
      new Map(inForce.filter((one) => one.part === part).map((one) => [one.country, one])),
    ]),
  ) as unknown as RuleBook["own"];
  return {
    revision: versions.reduce((last, { revision }) => Math.max(last, revision), 0),
    hours: hoursBookWith(
      mapped(own.hours, ({ body: rows, id: version }) => ({ rows, version })),
      mapped(own.holidays, ({ body }) => body),
    ),
    consent: over(SHIPPED_CONSENT_LAW, own.consent, ({ body, id: version }) => ({ ...body, version })),
    rateCard: rateCardWith(own.price),
    senders: over(SHIPPED_SENDER_RULES, own.sender, ({ body }) => body),
    wording: over(SHIPPED_WORDING, own.wording, ({ body }) => body),
    states: statesWith(Object.fromEntries(mapped(own.states, ({ body }) => body))),
    replies: mapped(own.replies, ({ body }) => addedWords(body)),
    own,
  };
}

/** The rules of `core/data` alone. */
export const SHIPPED_BOOK: RuleBook = ruleBookAt([], new Date(0));

function mapped<One, Other>(
  own: ReadonlyMap<string, One>,
  change: (one: One) => Other,
): ReadonlyMap<string, Other> {
  return new Map([...own].map(([country, one]) => [country, change(one)]));
}

/** The same table if nothing is in its place. */
function over<Row, One>(
  shipped: ReadonlyMap<string, Row>,
  own: ReadonlyMap<string, One>,
  rowOf: (one: One) => Row,
): ReadonlyMap<string, Row> {
  return own.size === 0 ? shipped : new Map([...shipped, ...mapped(own, rowOf)]);
}

/** A price of the operator's is the whole price there: it replaces the shipped rates and fees of its directions. */
function rateCardWith(own: Own<"price">): RateCard {
  if (own.size === 0) return RATE_CARD;
  const isReplaced = ({ country, direction }: Rate) =>
    own.get(country)?.body.rates.some((rate) => rate.direction === direction) ?? false;
  const bodies = [...own.values()].map(({ body }) => body);
  return {
    currency: RATE_CARD.currency,
    rates: [...RATE_CARD.rates.filter((rate) => !isReplaced(rate)), ...bodies.flatMap(({ rates }) => rates)],
    carrierFees: [
      ...RATE_CARD.carrierFees.filter((fee) => !isReplaced(fee)),
      ...bodies.flatMap(({ carrierFees = [] }) => carrierFees),
    ],
  };
}
