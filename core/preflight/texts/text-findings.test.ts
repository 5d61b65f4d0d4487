import { expect, test } from "vitest";
import type { MessageFacts } from "../../gates/gate.ts";
import { compileCampaign } from "../../gates/message-facts.ts";
import { exampleAllowances } from "../../testing/example.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../../testing/example-contact.ts";
import { everyDay } from "../../time/quiet-hours.ts";
import { createAudienceCheck } from "../audience-check.ts";
import { joinFindings } from "../sender-findings.ts";
import { createTextFindings } from "./text-findings.ts";

const NOW = new Date("2026-11-23T04:00:00Z");
const TEXTS = {
  body: "Hello {{city}}",
  defaultLanguage: "en",
  texts: [{ variant: 1, language: "fr", body: `Bonjour. ${"é".repeat(150)} ${"x".repeat(20)}` }],
  languages: { field: "speaks", byCountry: {} },
};
const person = (change: object) =>
  exampleCandidate({ timezone: "Australia/Perth", timezoneSource: "stated", city: "Perth", ...change });
const PEOPLE = [
  person({ contactId: "1", custom: { speaks: "fr" } }),
  person({ contactId: "2", custom: { speaks: "fr-CA" } }),
  person({ contactId: "3" }),
  person({ contactId: "4", city: "Łódź" }),
  person({ contactId: "5", city: null }),
  person({ contactId: "6", country: null, custom: { speaks: "fr" } }),
];
const check = (texts: object = TEXTS) =>
  createAudienceCheck({
    campaign: compileCampaign(exampleCampaign(texts)),
    rules: exampleTenant({ quietHours: everyDay("00:00", "24:00") }),
    allowances: exampleAllowances(),
    now: NOW,
    viewerZone: "Australia/Perth",
    optOutLink: "https://texts.example.com/o/x",
  });
const EXPECTED = [
  {
    ...{ variant: 1, language: "en", isDefault: true, people: 2, segments: 2 },
    missing: [{ field: "city", contacts: 1 }],
    reasons: [{ reason: "none", people: 2 }],
    countries: [{ country: "AU", people: 2 }],
  },
  {
    ...{ variant: 1, language: "fr", isDefault: false, people: 2, segments: 4, missing: [] },
    reasons: [
      { reason: "stated", people: 1 },
      { reason: "wider", people: 1 },
    ],
    countries: [{ country: "AU", people: 2 }],
  },
];

test("a preflight says who gets which text, with its cost, and what each lacks: person by person", () => {
  const one = check();
  for (const each of PEOPLE) one.addPerson({ ...each });
  const { texts, costMicros, segments, dearer } = one.result();
  expect([...texts].sort((a, b) => a.language.localeCompare(b.language))).toMatchObject(EXPECTED);
  expect(texts.reduce((sum, text) => sum + text.costMicros, 0)).toBe(costMicros);
  expect(texts.reduce((sum, text) => sum + text.segments, 0)).toBe(segments.total);
  // The Polish name is dearer in its own text; the French text is as long for everyone.
  expect(dearer.ucs2).toMatchObject({ people: 1, offenders: [{ value: "Łódź" }] });
  expect(dearer.longer.people).toBe(0);
});

test("and class by class", () => {
  const classes = check();
  const part = classes.part();
  for (const each of PEOPLE)
    part.add({
      ...{ alike: String(each.country), contactId: each.contactId, count: 1, candidate: { ...each } },
      values: { ...each },
    });
  expect(part.finish()).toBe(true);
  const { texts, dearer } = classes.result();
  expect([...texts].sort((a, b) => a.language.localeCompare(b.language))).toMatchObject(EXPECTED);
  expect(dearer.ucs2.people).toBe(1);
});

test("values that are dearer in two texts are listed together, the dearest first", () => {
  const one = check({ ...TEXTS, texts: [{ variant: 1, language: "fr", body: "Bonjour {{city}}" }] });
  const french = { custom: { speaks: "fr" } };
  for (const change of [{ city: "Łódź" }, { ...french, city: `Ł${"x".repeat(200)}` }])
    one.addPerson(person(change));
  const { offenders, people } = one.result().dearer.ucs2;
  expect(people).toBe(2);
  expect(offenders.map(({ value }) => value[0])).toEqual(["Ł", "Ł"]);
  expect(offenders[0]!.extraMicros).toBeGreaterThanOrEqual(offenders[1]!.extraMicros);
});

test("a campaign with one text has one row, without a reason", () => {
  const one = check({ body: "Hello" });
  one.addPerson(person({}));
  one.addPerson(person({ country: null, phoneE164: "+999" }));
  expect(one.result().texts).toMatchObject([
    { language: "", isDefault: true, people: 1, missing: [], reasons: [] },
  ]);
});

test("a message without a country or a price is counted, and costs nothing", () => {
  const findings = createTextFindings({});
  const facts = { segments: 2, priceMicros: null } as MessageFacts;
  const chosen = { key: "1", variant: 1, language: "", country: null, reason: null };
  findings.add(
    chosen,
    null,
    { facts, missing: [] },
    {
      ...{ kind: "send", senderId: "sender", segments: 2, priceMicros: 0 },
    },
  );
  expect(findings.result()).toMatchObject([{ people: 1, segments: 2, costMicros: 0, countries: [] }]);
});

test("what several texts mean for senders is added up by country and fault", () => {
  const held = { country: "US", fault: "no-opt-out-method" as const, count: 2, sentence: "…" };
  const unknown = [{ country: "US", numbers: 1 }];
  expect(
    joinFindings([
      { held: [held], unknown },
      {
        held: [
          { ...held, count: 1 },
          { ...held, country: "FR", count: 5 },
        ],
        unknown,
      },
    ]),
  ).toEqual({
    held: [
      { ...held, country: "FR", count: 5 },
      { ...held, count: 3 },
    ],
    unknown,
  });
});
