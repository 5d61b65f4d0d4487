import { compareNumbers } from "../fields/number.ts";
import { wallMs } from "../time/wall-clock.ts";
import {
  type AudienceCondition,
  type AudienceGroup,
  type AudienceRule,
  type CONSENT_STATES,
  type Comparison,
  type DETAILS,
  isGroup,
  type MOMENTS,
  type MomentTest,
  type OUTCOMES,
} from "./definition.ts";

/** What the conditions of an audience read of one contact. */
export interface AudienceFacts {
  details: Readonly<Record<(typeof DETAILS)[number], string | null>>;
  custom: Readonly<Record<string, string>>;
  tags: readonly string[];
  country: string | null;
  timezone: string | null;
  consentBasis: Exclude<(typeof CONSENT_STATES)[number], "expired">;
  consentExpiresAt: Date | null;
  moments: Readonly<Record<(typeof MOMENTS)[number], Date | null>>;
  lastImportId: string | null;
  isOnDoNotContact: boolean;
  /** The status of the contact's message by campaign. */
  statuses: Readonly<Record<string, string>>;
}

/** When and where it is asked: days are those of the organisation's time zone. */
export interface AudienceClock {
  now: Date;
  /** IANA name. */
  zone: string;
}

export const DAY_MS = 86_400_000;

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

/** The statuses of a message that the carrier has, or may have. */
export const SENT_STATUSES: readonly string[] = ["sent", "delivered", "unknown"];

function isOutcome(outcome: (typeof OUTCOMES)[number], status: string | undefined): boolean {
  if (status === undefined) return false;
  if (outcome === "included") return true;
  return outcome === "sent" ? SENT_STATUSES.includes(status) : status === outcome;
}

/** Capitals of A to Z don't matter. Other letters are compared as they are, as the database does. */
export const plain = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

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

type DateTest = Extract<Comparison, { is: "from" | "until" | "last-days" | "next-days" }>;

const FIRST_DATE = "0000-00-00";
const LAST_DATE = "9999-99-99";

/** Returns the first and the last date, as `YYYY-MM-DD`, for which a test of a date holds. */
export function datesOf(test: DateTest, clock: AudienceClock): [string, string] {
  if (test.is === "from") return [test.date, LAST_DATE];
  if (test.is === "until") return [FIRST_DATE, test.date];
  const today = dateIn(clock.zone, clock.now);
  const other = addDays(today, test.is === "next-days" ? test.days : -test.days);
  return test.is === "next-days" ? [today, other] : [other, today];
}

function isThen(test: MomentTest, at: Date | null, clock: AudienceClock): boolean {
  if (at === null) return false;
  switch (test.is) {
    case "ever":
      return true;
    case "last-days":
      return at.getTime() > clock.now.getTime() - test.days * DAY_MS;
    case "from":
      return dateIn(clock.zone, at) >= test.date;
    case "until":
      return dateIn(clock.zone, at) <= test.date;
  }
}

/** Returns the date in a zone. */
export const dateIn = (zone: string, at: Date): string =>
  new Date(wallMs(zone, at.getTime())).toISOString().slice(0, 10);

/** Returns the date so many days later. */
export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);

/** Returns the definition of an audience that everyone is in. */
export const EVERYONE: AudienceGroup = Object.freeze({ match: "all", rules: [] });
