import { counted } from "../text/counted.ts";
import { isFictionNumber } from "./fiction-number.ts";

/** What of a contact shows that nobody stands behind it. */
export interface PossibleTest {
  phoneE164: string;
  email: string | null;
  firstName: string | null;
  lastName: string | null;
  tags: readonly string[];
}

/** What was found among the first people of an audience. */
export interface TestListFinding {
  /** How many people were looked at. */
  looked: number;
  /** How many of them look like tests, by what shows it first. */
  tests: number;
  fictionNumbers: number;
  testTags: number;
  testNames: number;
}

/** From this share on an audience is a list for tests. A few tests among real people reach nobody and harm nobody. */
const TEST_SHARE = 0.5;

const TEST_TAG =
  /^(?:test(?:s|ing|er|ers|[ _-]?(?:list|data|contacts?|users?|numbers?))?|dummy|fake|staging|qa)$/iu;
const TEST_NAME = /^(?:test(?:er|ing|user)?|dummy|fake|foo|asdf+)\d*$/iu;
/** Reserved by RFC 2606 and RFC 6761. */
const TEST_EMAIL = /@(?:[^@]+\.)?(?:example\.(?:com|net|org)|(?:[^@.]+\.)?(?:test|invalid|example))$/iu;

/** Counts who looks like a test in the first people of an audience. Null: it is not a list for tests. */
export function testListIn(people: Iterable<PossibleTest>): TestListFinding | null {
  const found = { looked: 0, tests: 0, fictionNumbers: 0, testTags: 0, testNames: 0 };
  for (const person of people) {
    found.looked += 1;
    const sign = signOf(person);
    if (!sign) continue;
    found.tests += 1;
    found[sign] += 1;
  }
  return found.tests > 0 && found.tests >= found.looked * TEST_SHARE ? found : null;
}

function signOf({
  phoneE164,
  email,
  firstName,
  lastName,
  tags,
}: PossibleTest): "fictionNumbers" | "testTags" | "testNames" | null {
  if (isFictionNumber(phoneE164)) return "fictionNumbers";
  if (tags.some((tag) => TEST_TAG.test(tag.trim()))) return "testTags";
  const isNamed = [firstName, lastName].some((name) => name !== null && TEST_NAME.test(name.trim()));
  return isNamed || (email !== null && TEST_EMAIL.test(email)) ? "testNames" : null;
}

/** Says why an audience looks like a list for tests. */
export function testListSentence({
  looked,
  tests,
  fictionNumbers,
  testTags,
  testNames,
}: TestListFinding): string {
  const signs = [
    [fictionNumbers, "a number that is set aside for fiction"],
    [testTags, "a tag for tests"],
    [testNames, "a name or e-mail address for tests"],
  ] as const;
  const what = signs
    .filter(([people]) => people > 0)
    .map(([people, sign]) => `${people.toLocaleString("en-US")} with ${sign}`);
  const first = tests === looked ? "all" : `${tests.toLocaleString("en-US")}`;
  return `This looks like a list for tests: ${first} of the ${tests === looked ? "" : "first "}${counted(looked, "person", "people")} (${what.join(", ")}).`;
}
