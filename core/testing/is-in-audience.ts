import { type AudienceClock, DAY_MS, datesOf, plain, SENT_STATUSES } from "../audiences/comparison.ts";
import {
  type AudienceCondition,
  type AudienceRule,
  type CONSENT_STATES,
  type Comparison,
  type DETAILS,
  isGroup,
  type MomentTest,
  type OUTCOMES,
} from "../audiences/definition.ts";
import { wallMs } from "../time/wall-clock.ts";
import { compareNumbers } from "./compare-numbers.ts";

/** What the conditions of an audience read of one contact. */
export interface AudienceFacts {
  details: Readonly<Record<(typeof DETAILS)[number], string | null>>;
  custom: Readonly<Record<string, string>>;
  tags: readonly string[];
  country: string | null;
  timezone: string | null;
  consentBasis: Exclude<(typeof CONSENT_STATES)[number], "expired">;
  consentExpiresAt: Date | null;
  moments: Readonly<Record<Extract<AudienceCondition, { about: "moment" }>["moment"], Date | null>>;
  lastImportId: string | null;
  isOnDoNotContact: boolean;
  /** The status of the contact's message by campaign. */
  statuses: Readonly<Record<string, string>>;
  /** The campaigns in which the contact clicked a short link. */
  clickedIn: readonly string[];
}

/**
 * Whether a contact is in an audience. The reference for the statement that `db/audiences/compile.ts` makes: a property
 * test holds both against each other. Audiences inside must be inlined.
 */
export function isInAudience(rule: AudienceRule, facts: AudienceFacts, clock: AudienceClock): boolean {
  if (!isGroup(rule)) return meets(rule, facts, clock) !== (rule.not === true);
  const inside = (one: AudienceRule) => isInAudience(one, facts, clock);
  if (rule.match === "all") return rule.rules.every(inside);
  return rule.match === "any" ? rule.rules.some(inside) : !rule.rules.some(inside);
}

function meets(condition: AudienceCondition, facts: AudienceFacts, clock: AudienceClock): boolean {
  switch (condition.about) {
    case "field": {
      const value = Object.hasOwn(facts.custom, condition.field) ? facts.custom[condition.field]! : null;
      return compares(condition.test, value, clock);
    }
    case "detail":
      return compares(condition.test, facts.details[condition.detail], clock);
    case "moment":
      return isThen(condition.test, facts.moments[condition.moment], clock);
    case "tag":
      return condition.tags.some((tag) => facts.tags.includes(tag));
    case "country":
      return facts.country !== null && condition.countries.includes(facts.country);
    case "zone":
      return condition.zones.includes(facts.timezone ?? "");
    case "consent":
      return condition.states.includes(consentStateOf(facts, clock.now));
    case "import":
      return facts.lastImportId !== null && condition.imports.includes(facts.lastImportId);
    case "campaign":
      if (condition.outcome === "clicked") return facts.clickedIn.includes(condition.campaign);
      return isOutcome(condition.outcome, facts.statuses[condition.campaign]);
    case "do-not-contact":
      return facts.isOnDoNotContact;
    case "audience":
      throw new Error("an audience must be inlined before it is evaluated");
  }
}

const ENDING: readonly string[] = ["express", "inferred", "transactional"];

function consentStateOf(
  { consentBasis, consentExpiresAt }: AudienceFacts,
  now: Date,
): (typeof CONSENT_STATES)[number] {
  const isOver = consentExpiresAt !== null && consentExpiresAt <= now && ENDING.includes(consentBasis);
  return isOver ? "expired" : consentBasis;
}

function isOutcome(outcome: (typeof OUTCOMES)[number], status: string | undefined): boolean {
  if (status === undefined) return false;
  if (outcome === "included") return true;
  return outcome === "sent" ? SENT_STATUSES.includes(status) : status === outcome;
}

const NUMBER = /^-?[0-9]{1,12}([.][0-9]{1,6})?$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

function compares(test: Comparison, value: string | null, clock: AudienceClock): boolean {
  if (value === null || value === "") return false;
  switch (test.is) {
    case "filled":
      return true;
    case "one-of":
      return test.values.some((one) => plain(one) === plain(value));
    case "begins":
      return plain(value).startsWith(plain(test.value));
    case "contains":
      return plain(value).includes(plain(test.value));
    case "at-least":
      return NUMBER.test(value) && compareNumbers(value, test.number) >= 0;
    case "at-most":
      return NUMBER.test(value) && compareNumbers(value, test.number) <= 0;
    default: {
      const [from, until] = datesOf(test, clock);
      return DATE.test(value) && value >= from && value <= until;
    }
  }
}

function isThen(test: MomentTest, at: Date | null, clock: AudienceClock): boolean {
  if (at === null) return false;
  switch (test.is) {
    case "ever":
      return true;
    case "last-days":
      return at.getTime() > clock.now.getTime() - test.days * DAY_MS;
    case "from":
      return wallDate(clock.zone, at) >= test.date;
    case "until":
      return wallDate(clock.zone, at) <= test.date;
  }
}

const wallDate = (zone: string, at: Date): string =>
  new Date(wallMs(zone, at.getTime())).toISOString().slice(0, 10);
