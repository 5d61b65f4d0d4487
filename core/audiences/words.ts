import {
  type AudienceCondition,
  type AudienceGroup,
  type AudienceRule,
  type Comparison,
  isGroup,
  type MomentTest,
} from "./definition.ts";

/** What ids and names of a definition are called on pages. Each returns the id itself where it isn't known. */
export interface AudienceNames {
  field: (name: string) => string;
  country: (code: string) => string;
  import: (id: string) => string;
  campaign: (id: string) => string;
  audience: (id: string) => string;
}

/** Returns a definition as a sentence: "Contacts whose state is VIC and who were not texted in the last 30 days." */
export function audienceSentence(definition: AudienceGroup, names: AudienceNames): string {
  if (definition.rules.length === 0) return definition.match === "any" ? "Nobody." : "All contacts.";
  return `Contacts ${groupWords(definition, names)}.`;
}

function groupWords({ match, rules }: AudienceGroup, names: AudienceNames): string {
  if (rules.length === 0) return match === "any" ? "who are nobody" : "who are anybody";
  const parts = rules.map((rule) => ruleWords(rule, names, rules.length > 1));
  if (match === "all") return parts.join(" and ");
  return match === "any" ? parts.join(" or ") : `for whom none of this is true: ${parts.join("; ")}`;
}

function ruleWords(rule: AudienceRule, names: AudienceNames, isOneOfMany: boolean): string {
  if (!isGroup(rule)) return conditionWords(rule, names);
  const words = groupWords(rule, names);
  return isOneOfMany && (rule.rules.length > 1 || rule.match === "none") ? `(${words})` : words;
}

const DETAIL_WORDS = {
  first_name: "first name",
  last_name: "last name",
  email: "e-mail address",
  city: "city",
  state: "state",
  postcode: "postcode",
};

const CONSENT_WORDS = {
  express: "express",
  inferred: "inferred",
  transactional: "transactional only",
  unknown: "none on record",
  withdrawn: "withdrawn",
  expired: "expired",
};

/** Returns one condition as a part of a sentence, after "contacts". */
function conditionWords(condition: AudienceCondition, names: AudienceNames): string {
  const { not = false } = condition;
  const are = not ? "who are not" : "who are";
  switch (condition.about) {
    case "field":
      return comparisonWords(names.field(condition.field), condition.test, not);
    case "detail":
      return comparisonWords(DETAIL_WORDS[condition.detail], condition.test, not);
    case "moment":
      return momentWords(condition.moment, condition.test, not);
    case "tag":
      return `tagged ${not ? "none of " : ""}${listed(condition.tags)}`;
    case "country":
      return `whose country is ${no(not)}${listed(condition.countries.map(names.country))}`;
    case "zone":
      return `whose time zone is ${no(not)}${listed(condition.zones.map((zone) => zone || "unknown"))}`;
    case "consent":
      return `whose consent is ${no(not)}${listed(condition.states.map((state) => CONSENT_WORDS[state]))}`;
    case "import":
      return `last imported ${not ? "by no file of" : "with"} ${listed(condition.imports.map(names.import))}`;
    case "campaign": {
      const campaign = `“${names.campaign(condition.campaign)}”`;
      if (condition.outcome === "clicked")
        return `who ${not ? "did not click" : "clicked"} a link in ${campaign}`;
      if (condition.outcome === "included") return `${are} recipients of ${campaign}`;
      return `for whom ${campaign} was ${no(not)}${condition.outcome}`;
    }
    case "do-not-contact":
      return `${are} on the do-not-contact list`;
    case "audience":
      return `${are} in the audience “${names.audience(condition.audience)}”`;
  }
}

const no = (not: boolean) => (not ? "not " : "");

function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

function comparisonWords(what: string, test: Comparison, not: boolean): string {
  const is = `whose ${what} is ${no(not)}`;
  switch (test.is) {
    case "filled":
      return `${not ? "without" : "with"} a ${what}`;
    case "one-of":
      return is + listed(test.values);
    case "begins":
      return `whose ${what} ${not ? "does not begin" : "begins"} with “${test.value}”`;
    case "contains":
      return `whose ${what} ${not ? "does not contain" : "contains"} “${test.value}”`;
    case "at-least":
      return `${is}at least ${test.number}`;
    case "at-most":
      return `${is}at most ${test.number}`;
    case "from":
      return `${is}on or after ${test.date}`;
    case "until":
      return `${is}on or before ${test.date}`;
    case "last-days":
      return `${is}${test.days === 0 ? "today" : `in the last ${daysOf(test.days)}`}`;
    case "next-days":
      return `${is}${test.days === 0 ? "today" : `in the next ${daysOf(test.days)}`}`;
  }
}

const daysOf = (days: number) => (days === 1 ? "1 day" : `${days} days`);

const MOMENT_WORDS = {
  created: ["who were added", "who were not added"],
  consented: ["who gave consent", "who did not give consent"],
  texted: ["who were last texted", "who were not texted"],
  replied: ["who last replied", "who did not reply"],
  clicked: ["who last clicked a link", "who did not click a link"],
} as const;

function momentWords(moment: keyof typeof MOMENT_WORDS, test: MomentTest, not: boolean): string {
  const [does, doesNot] = MOMENT_WORDS[moment];
  const words = not ? doesNot : does;
  switch (test.is) {
    case "ever":
      return `${words.replace(" last ", " ")} ${not ? "yet" : "at any time"}`;
    case "last-days":
      return `${words} in the last ${daysOf(test.days)}`;
    case "from":
      return `${words} on or after ${test.date}`;
    case "until":
      return `${words} on or before ${test.date}`;
  }
}
