import { describe, expect, test } from "vitest";
import { type PossibleTest, testListIn, testListSentence } from "./test-list.ts";

const person = (changes: Partial<PossibleTest> = {}): PossibleTest => ({
  phoneE164: "+61412345678",
  email: "mia@acme.co",
  firstName: "Mia",
  lastName: "Testa",
  tags: ["members", "contest"],
  ...changes,
});

describe("an audience is a list for tests", () => {
  test.each([
    [{ phoneE164: "+61491570006" }, "a number that is set aside for fiction"],
    [{ tags: ["VIP", "Test list"] }, "a tag for tests"],
    [{ tags: ["testing"] }, "a tag for tests"],
    [{ firstName: "Test" }, "a name or e-mail address for tests"],
    [{ lastName: "tester2" }, "a name or e-mail address for tests"],
    [{ email: "a@example.com" }, "a name or e-mail address for tests"],
    [{ email: "a@mail.example.org" }, "a name or e-mail address for tests"],
    [{ email: "a@shop.test" }, "a name or e-mail address for tests"],
  ])("if half of its people have %j", (changes, sign) => {
    const finding = testListIn([person(changes), person()]);
    expect(testListSentence(finding!)).toBe(
      `This looks like a list for tests: 1 of the first 2 people (1 with ${sign}).`,
    );
  });

  test("and each person counts once, by the first sign", () => {
    const finding = testListIn([
      person({ phoneE164: "+61491570006", tags: ["test"], firstName: "Test" }),
      person({ tags: ["qa"] }),
    ]);
    expect(finding).toEqual({ looked: 2, tests: 2, fictionNumbers: 1, testTags: 1, testNames: 0 });
    expect(testListSentence(finding!)).toBe(
      "This looks like a list for tests: all of the 2 people (1 with a number that is set aside for fiction, 1 with a tag for tests).",
    );
  });

  test.each([
    { tags: ["latest", "test drive", "protest"] },
    { firstName: "Testa" },
    { firstName: null, lastName: null, email: null },
    { email: "a@myexample.com" },
    { email: "a@test.com" },
  ])("but not if they have %j", (changes) => expect(testListIn([person(changes)])).toBeNull());

  test("and not if fewer than half are tests, or nobody is in it", () => {
    expect(testListIn([person({ tags: ["test"] }), person(), person()])).toBeNull();
    expect(testListIn([])).toBeNull();
  });
});
