import type {
  AudienceCondition,
  AudienceGroup,
  Comparison,
  MomentTest,
} from "@smscrm/core/audiences/definition";
import type { FieldRow } from "../../data/contacts/fields.ts";

/** What a condition can be about, by a key that a list of choices can hold. */
export const SUBJECTS = {
  "detail state": "State",
  "detail city": "City",
  "detail postcode": "Postcode",
  "detail first_name": "First name",
  "detail last_name": "Last name",
  "detail email": "E-mail address",
  tag: "Tag",
  country: "Country",
  zone: "Time zone",
  consent: "Consent",
  "moment consented": "Consent given",
  "moment created": "Added",
  "moment texted": "Last texted",
  "moment replied": "Last reply",
  "moment clicked": "Last click",
  import: "Last import",
  campaign: "Campaign",
  "do-not-contact": "Do-not-contact list",
  audience: "Another audience",
} as const;
export type Subject = keyof typeof SUBJECTS | `field ${string}`;

export const TESTS: Readonly<Record<Comparison["is"], string>> = {
  "one-of": "is one of",
  begins: "begins with",
  contains: "contains",
  "at-least": "is at least",
  "at-most": "is at most",
  from: "is on or after",
  until: "is on or before",
  "last-days": "is in the last … days",
  "next-days": "is in the next … days",
  filled: "has a value",
};

export const MOMENT_TESTS: Readonly<Record<MomentTest["is"], string>> = {
  "last-days": "in the last … days",
  from: "on or after",
  until: "on or before",
  ever: "at any time",
};

/** Returns the comparisons that make sense for a type. */
export function testsFor(type: FieldRow["type"]): Comparison["is"][] {
  if (type === "number") return ["at-least", "at-most", "one-of", "filled"];
  if (type === "date") return ["next-days", "last-days", "from", "until", "filled"];
  return type === "text" ? ["one-of", "begins", "contains", "filled"] : ["one-of", "filled"];
}

export function subjectOf(condition: AudienceCondition): Subject {
  switch (condition.about) {
    case "field":
      return `field ${condition.field}`;
    case "detail":
      return `detail ${condition.detail}`;
    case "moment":
      return `moment ${condition.moment}`;
    default:
      return condition.about;
  }
}

const today = () => new Date().toISOString().slice(0, 10);

/** Returns a comparison with values to fill in. */
export function blankTest(is: Comparison["is"]): Comparison {
  switch (is) {
    case "filled":
      return { is };
    case "one-of":
      return { is, values: [] };
    case "begins":
    case "contains":
      return { is, value: "" };
    case "at-least":
    case "at-most":
      return { is, number: "" };
    case "from":
    case "until":
      return { is, date: today() };
    default:
      return { is, days: 30 };
  }
}

export function blankMomentTest(is: MomentTest["is"]): MomentTest {
  if (is === "ever") return { is };
  return is === "last-days" ? { is, days: 30 } : { is, date: today() };
}

/** Returns a condition about a subject, to fill in. `type`: of the custom field. */
export function blankCondition(subject: Subject, type: FieldRow["type"] = "text"): AudienceCondition {
  const [about, name = ""] = subject.split(/ (.*)/s);
  switch (about) {
    case "field":
      return { about, field: name, test: blankTest(testsFor(type)[0]!) };
    case "detail":
      return { about, detail: name as "state", test: blankTest("one-of") };
    case "moment":
      return { about, moment: name as "created", test: blankMomentTest("last-days") };
    case "tag":
      return { about, tags: [] };
    case "country":
      return { about, countries: [] };
    case "zone":
      return { about, zones: [] };
    case "consent":
      return { about, states: ["express"] };
    case "import":
      return { about, imports: [] };
    case "campaign":
      return { about, campaign: "", outcome: "delivered" };
    case "audience":
      return { about, audience: "" };
    default:
      return { about: "do-not-contact" };
  }
}

/** Returns what a person typed between commas, each value once. */
export const valuesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((value) => value.trim())
      .filter((value) => value !== ""),
  ),
];

export const NEW_AUDIENCE: AudienceGroup = { match: "all", rules: [] };
