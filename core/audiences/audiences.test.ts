import { describe, expect, it } from "vitest";
import { type AudienceFacts, isInAudience } from "../testing/is-in-audience.ts";
import {
  type AudienceCondition,
  type AudienceGroup,
  type AudienceRule,
  audienceGroup,
  fieldsOf,
} from "./definition.ts";
import { inlineAudiences } from "./inline.ts";
import { audiencesAround, audiencesOfField } from "./uses.ts";
import { audienceSentence } from "./words.ts";

const EVERYONE: AudienceGroup = { match: "all", rules: [] };
const clock = { now: new Date("2026-11-29T20:00:00Z"), zone: "Australia/Sydney" };
const NOBODY_KNOWN: AudienceFacts = {
  details: { first_name: null, last_name: null, email: null, city: null, state: null, postcode: null },
  custom: {},
  tags: [],
  country: null,
  timezone: null,
  consentBasis: "unknown",
  consentExpiresAt: null,
  moments: { created: null, consented: null, texted: null, replied: null, clicked: null },
  lastImportId: null,
  isOnDoNotContact: false,
  statuses: {},
  clickedIn: [],
};
const ID = "0190a0a0-0000-7000-8000-000000000001";
const OTHER = "0190a0a0-0000-7000-8000-000000000002";
const MIA: AudienceFacts = {
  details: { ...NOBODY_KNOWN.details, first_name: "Mia", state: "VIC", city: "" },
  custom: { points: "12.5", joined: "2026-11-20", member: "yes", odd: "12 apples" },
  tags: ["vip"],
  country: "AU",
  timezone: "Australia/Melbourne",
  consentBasis: "express",
  consentExpiresAt: new Date("2026-12-01T00:00:00Z"),
  moments: {
    created: new Date("2026-11-28T13:30:00Z"),
    consented: new Date("2026-01-01T00:00:00Z"),
    texted: new Date("2026-11-01T00:00:00Z"),
    replied: null,
    clicked: new Date("2026-11-20T00:00:00Z"),
  },
  lastImportId: ID,
  isOnDoNotContact: false,
  statuses: { [ID]: "delivered", [OTHER]: "unknown" },
  clickedIn: [ID],
};

const field = (name: string, test: object): AudienceCondition =>
  ({ about: "field", field: name, test }) as AudienceCondition;
const moment = (name: string, test: object): AudienceCondition =>
  ({ about: "moment", moment: name, test }) as AudienceCondition;
const campaign = (id: string, outcome: string): AudienceCondition =>
  ({ about: "campaign", campaign: id, outcome }) as AudienceCondition;

describe("a condition", () => {
  it.each<[AudienceCondition, boolean]>([
    [field("points", { is: "filled" }), true],
    [field("nothing", { is: "filled" }), false],
    [{ about: "detail", detail: "city", test: { is: "filled" } }, false],
    [field("member", { is: "one-of", values: ["YES", "maybe"] }), true],
    [{ about: "detail", detail: "first_name", test: { is: "begins", value: "mi" } }, true],
    [{ about: "detail", detail: "first_name", test: { is: "contains", value: "IA" } }, true],
    [{ about: "detail", detail: "first_name", test: { is: "contains", value: "x" } }, false],
    [field("points", { is: "at-least", number: "12.5" }), true],
    [field("points", { is: "at-most", number: "12.4" }), false],
    [field("odd", { is: "at-least", number: "1" }), false],
    [field("odd", { is: "at-most", number: "99" }), false],
    [field("joined", { is: "from", date: "2026-11-20" }), true],
    [field("joined", { is: "until", date: "2026-11-19" }), false],
    [field("odd", { is: "from", date: "2000-01-01" }), false],
    // In Sydney it is the 30th already.
    [field("joined", { is: "last-days", days: 10 }), true],
    [field("joined", { is: "last-days", days: 9 }), false],
    [field("joined", { is: "next-days", days: 30 }), false],
    [moment("created", { is: "ever" }), true],
    [moment("replied", { is: "ever" }), false],
    [moment("texted", { is: "last-days", days: 29 }), true],
    [moment("texted", { is: "last-days", days: 28 }), false],
    // 28 November, 13:30 in Greenwich is the 29th in Sydney.
    [moment("created", { is: "from", date: "2026-11-29" }), true],
    [moment("created", { is: "until", date: "2026-11-28" }), false],
    [{ about: "tag", tags: ["vip", "new"] }, true],
    [{ about: "tag", tags: ["new"] }, false],
    [{ about: "country", countries: ["AU", "NZ"] }, true],
    [{ about: "zone", zones: ["Australia/Melbourne"] }, true],
    [{ about: "zone", zones: [""] }, false],
    [{ about: "consent", states: ["express"] }, true],
    [{ about: "import", imports: [ID] }, true],
    [{ about: "import", imports: [OTHER] }, false],
    [campaign(ID, "included"), true],
    [campaign(ID, "sent"), true],
    [campaign(ID, "failed"), false],
    [campaign(OTHER, "delivered"), false],
    [campaign("elsewhere", "included"), false],
    [campaign(ID, "clicked"), true],
    [campaign(OTHER, "clicked"), false],
    [moment("clicked", { is: "last-days", days: 10 }), true],
    [moment("clicked", { is: "last-days", days: 9 }), false],
    [{ about: "do-not-contact" }, false],
  ])("about a known person: %j", (condition, met) => {
    expect(isInAudience(condition, MIA, clock)).toBe(met);
    expect(isInAudience({ ...condition, not: true }, MIA, clock)).toBe(!met);
  });

  it("that asks for a value is not met by a blank", () => {
    const asking: AudienceCondition[] = [
      { about: "country", countries: ["AU"] },
      { about: "import", imports: [ID] },
      field("points", { is: "at-most", number: "1" }),
      moment("texted", { is: "until", date: "2030-01-01" }),
    ];
    for (const condition of asking) expect(isInAudience(condition, NOBODY_KNOWN, clock)).toBe(false);
    expect(isInAudience({ about: "zone", zones: [""] }, NOBODY_KNOWN, clock)).toBe(true);
  });

  it("about a consent knows that it has ended", () => {
    const later = { ...clock, now: new Date("2026-12-01T00:00:00Z") };
    expect(isInAudience({ about: "consent", states: ["expired"] }, MIA, later)).toBe(true);
    const withdrawn = { ...MIA, consentBasis: "withdrawn" as const };
    expect(isInAudience({ about: "consent", states: ["withdrawn"] }, withdrawn, later)).toBe(true);
  });

  it("about an audience must be inlined first", () => {
    expect(() => isInAudience({ about: "audience", audience: ID }, MIA, clock)).toThrow("inlined");
  });
});

const yes: AudienceRule = { about: "country", countries: ["AU"] };
const no: AudienceRule = { about: "country", countries: ["NZ"] };

it("groups are and, or, not", () => {
  const is = (group: AudienceGroup) => isInAudience(group, MIA, clock);
  expect(is(EVERYONE)).toBe(true);
  expect(is({ match: "any", rules: [] })).toBe(false);
  expect(is({ match: "all", rules: [yes, no] })).toBe(false);
  expect(is({ match: "any", rules: [yes, no] })).toBe(true);
  expect(is({ match: "none", rules: [no, { match: "all", rules: [yes, no] }] })).toBe(true);
  expect(is({ match: "none", rules: [yes] })).toBe(false);
});

describe("a definition", () => {
  const nested = (depth: number): object =>
    depth === 1 ? { match: "all", rules: [yes] } : { match: "all", rules: [nested(depth - 1)] };

  it("has limits of depth and size, and strict conditions", () => {
    expect(audienceGroup.safeParse(nested(4)).success).toBe(true);
    expect(audienceGroup.safeParse(nested(5)).success).toBe(false);
    const many = (count: number) => ({ match: "all", rules: Array.from({ length: count }, () => yes) });
    expect(audienceGroup.safeParse(many(50)).success).toBe(true);
    expect(audienceGroup.safeParse(many(51)).success).toBe(false);
    expect(audienceGroup.safeParse({ match: "all", rules: [many(26), many(26)] }).success).toBe(false);
    expect(audienceGroup.safeParse({ match: "all", rules: [{ ...yes, or: "1=1" }] }).success).toBe(false);
    expect(
      audienceGroup.safeParse({ match: "all", rules: [field("a", { is: "at-least", number: "1e9" })] })
        .success,
    ).toBe(false);
  });

  it("with audiences inside becomes whole, and a circle is refused by name", () => {
    const inside: AudienceRule = { about: "audience", audience: ID };
    const saved = (id: string, name: string, definition: AudienceGroup) =>
      [id, { id, name, definition }] as const;
    const one = saved(ID, "Locals", { match: "all", rules: [yes] });
    const two = saved(OTHER, "Friends", { match: "any", rules: [inside, { ...inside, not: true }] });
    const known = new Map([one, two]);
    const whole = inlineAudiences({ match: "all", rules: [{ about: "audience", audience: OTHER }] }, known);
    expect(whole).toEqual({
      ok: true,
      definition: {
        match: "all",
        rules: [
          {
            match: "all",
            rules: [
              {
                match: "any",
                rules: [
                  { match: "all", rules: [{ match: "all", rules: [yes] }] },
                  { match: "none", rules: [{ match: "all", rules: [yes] }] },
                ],
              },
            ],
          },
        ],
      },
    });
    const circle = inlineAudiences({ match: "all", rules: [{ about: "audience", audience: OTHER }] }, known, {
      id: ID,
      name: "Locals",
    });
    expect(circle).toEqual({
      ok: false,
      sentence: expect.stringContaining("“Locals” → “Friends” → “Locals”"),
    });
    expect(inlineAudiences({ match: "all", rules: [inside] }, new Map())).toMatchObject({
      sentence: expect.stringContaining("was removed"),
    });
    expect(audiencesAround([one[1], two[1]], ID)).toEqual([two[1]]);
  });

  it("keeps its own groups when it becomes whole", () => {
    const definition: AudienceGroup = { match: "all", rules: [{ match: "any", rules: [yes, no] }] };
    expect(inlineAudiences(definition, new Map())).toEqual({ ok: true, definition });
  });

  it("that grows too large is refused", () => {
    const full: AudienceGroup = { match: "all", rules: Array.from({ length: 50 }, () => yes) };
    const known = new Map([[ID, { id: ID, name: "Full", definition: full }]]);
    const inside: AudienceRule = { about: "audience", audience: ID };
    const of = (times: number) => inlineAudiences({ match: "all", rules: Array(times).fill(inside) }, known);
    expect(of(4).ok).toBe(true);
    expect(of(5)).toEqual({ ok: false, sentence: expect.stringContaining("more than 200 conditions") });
  });

  it("that is no definition is an error of ours, not of the person", () => {
    expect(() => inlineAudiences({ match: "all", rules: [null as never] }, new Map())).toThrow(TypeError);
  });

  it("names its fields", () => {
    const definition: AudienceGroup = { match: "all", rules: [field("points", { is: "filled" }), yes] };
    expect(fieldsOf(definition)).toEqual(["points"]);
    expect(audiencesOfField([{ id: ID, name: "A", definition }], "points")).toHaveLength(1);
    expect(audiencesOfField([{ id: ID, name: "A", definition }], "other")).toEqual([]);
  });
});

describe("the sentence of an audience", () => {
  const names = {
    field: (name: string) => name.replace("_", " "),
    country: (code: string) => (code === "AU" ? "Australia" : code),
    import: () => "members.csv",
    campaign: () => "Spring",
    audience: () => "Locals",
  };
  const say = (definition: AudienceGroup) => audienceSentence(definition, names);
  const one = (rule: AudienceRule) => say({ match: "all", rules: [rule] });

  it("reads like a person would say it", () => {
    expect(say(EVERYONE)).toBe("All contacts.");
    expect(say({ match: "any", rules: [] })).toBe("Nobody.");
    expect(
      say({
        match: "all",
        rules: [
          { about: "detail", detail: "state", test: { is: "one-of", values: ["VIC", "Victoria"] } },
          { about: "moment", moment: "texted", not: true, test: { is: "last-days", days: 30 } },
          { match: "any", rules: [yes, { about: "tag", tags: ["vip"] }] },
        ],
      }),
    ).toBe(
      "Contacts whose state is VIC or Victoria and who were not texted in the last 30 days and (whose country is Australia or tagged vip).",
    );
  });

  it("puts a group among others in brackets only where it needs them", () => {
    const rules: AudienceRule[] = [yes, { match: "all", rules: [no] }, { match: "none", rules: [no] }];
    expect(say({ match: "all", rules })).toBe(
      "Contacts whose country is Australia and whose country is NZ and (for whom none of this is true: whose country is NZ).",
    );
  });

  it.each<[AudienceRule, string]>([
    [{ ...yes, not: true }, "Contacts whose country is not Australia."],
    [{ match: "none", rules: [yes] }, "Contacts for whom none of this is true: whose country is Australia."],
    [{ match: "all", rules: [] }, "Contacts who are anybody."],
    [{ match: "any", rules: [] }, "Contacts who are nobody."],
    [field("plan_name", { is: "filled" }), "Contacts with a plan name."],
    [{ ...field("plan", { is: "filled" }), not: true }, "Contacts without a plan."],
    [field("plan", { is: "begins", value: "g" }), "Contacts whose plan begins with “g”."],
    [
      { ...field("plan", { is: "begins", value: "g" }), not: true },
      "Contacts whose plan does not begin with “g”.",
    ],
    [field("plan", { is: "contains", value: "g" }), "Contacts whose plan contains “g”."],
    [
      { ...field("plan", { is: "contains", value: "g" }), not: true },
      "Contacts whose plan does not contain “g”.",
    ],
    [field("points", { is: "at-least", number: "5" }), "Contacts whose points is at least 5."],
    [field("points", { is: "at-most", number: "5" }), "Contacts whose points is at most 5."],
    [field("due", { is: "from", date: "2026-01-01" }), "Contacts whose due is on or after 2026-01-01."],
    [field("due", { is: "until", date: "2026-01-01" }), "Contacts whose due is on or before 2026-01-01."],
    [field("due", { is: "last-days", days: 0 }), "Contacts whose due is today."],
    [field("due", { is: "last-days", days: 1 }), "Contacts whose due is in the last 1 day."],
    [field("due", { is: "next-days", days: 0 }), "Contacts whose due is today."],
    [field("due", { is: "next-days", days: 2 }), "Contacts whose due is in the next 2 days."],
    [
      moment("created", { is: "from", date: "2026-01-01" }),
      "Contacts who were added on or after 2026-01-01.",
    ],
    [
      moment("consented", { is: "until", date: "2026-01-01" }),
      "Contacts who gave consent on or before 2026-01-01.",
    ],
    [moment("texted", { is: "ever" }), "Contacts who were texted at any time."],
    [{ ...moment("replied", { is: "ever" }), not: true }, "Contacts who did not reply yet."],
    [{ about: "tag", tags: ["a", "b"], not: true }, "Contacts tagged none of a or b."],
    [{ about: "zone", zones: [""] }, "Contacts whose time zone is unknown."],
    [{ about: "consent", states: ["express", "expired"] }, "Contacts whose consent is express or expired."],
    [{ about: "import", imports: [ID] }, "Contacts last imported with members.csv."],
    [{ about: "import", imports: [ID], not: true }, "Contacts last imported by no file of members.csv."],
    [campaign(ID, "clicked"), "Contacts who clicked a link in “Spring”."],
    [{ ...campaign(ID, "clicked"), not: true }, "Contacts who did not click a link in “Spring”."],
    [moment("clicked", { is: "last-days", days: 7 }), "Contacts who last clicked a link in the last 7 days."],
    [campaign(ID, "included"), "Contacts who are recipients of “Spring”."],
    [{ ...campaign(ID, "delivered"), not: true }, "Contacts for whom “Spring” was not delivered."],
    [{ about: "do-not-contact" }, "Contacts who are on the do-not-contact list."],
    [{ about: "audience", audience: ID, not: true }, "Contacts who are not in the audience “Locals”."],
  ])("has words for %j", (rule, sentence) => {
    expect(one(rule)).toBe(sentence);
  });
});
