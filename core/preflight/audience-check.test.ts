import { expect, test } from "vitest";
import { compileCampaign } from "../gates/message-facts.ts";
import { exampleAllowances, exampleSender } from "../testing/example.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../testing/example-contact.ts";
import { createAudienceCheck, type PeopleAlike } from "./audience-check.ts";

const NOW = new Date("2026-11-23T04:00:00Z");
const LINK = "https://texts.example.com/o/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

function open(body: string, dailyLeftMicros = 1e12) {
  const allowances = exampleAllowances({ senders: [exampleSender({ tokens: Number.POSITIVE_INFINITY })] });
  allowances.tenantTokens = Number.POSITIVE_INFINITY;
  allowances.budget = { ...allowances.budget, dailyLeftMicros, monthlyLeftMicros: 1e12 };
  return createAudienceCheck({
    campaign: compileCampaign(exampleCampaign({ body })),
    rules: exampleTenant(),
    allowances,
    now: NOW,
    viewerZone: "Australia/Perth",
    optOutLink: LINK,
  });
}

const person = (firstName: string | null, changes: Parameters<typeof exampleCandidate>[0] = {}) =>
  exampleCandidate({ firstName, ...changes });
const alike = (firstName: string | null, count: number, key: string, changes = {}): PeopleAlike => {
  const candidate = person(firstName, changes);
  return { alike: key, contactId: candidate.contactId, count, candidate, values: { ...candidate } };
};

const BODY = "Hi {{first_name}}, sale";
const BLANK = { contactId: "blank" };
const DNC = { contactId: "opted out", doNotContactSince: NOW, doNotContactSource: "reply" };

test("classes give what their people give one by one", () => {
  const oneByOne = open(BODY);
  for (const each of [
    ...["Ada", "Ada", "Ada"].map((name) => person(name)),
    ...["Łucja", "Łucja"].map((name) => person(name)),
    person(null, BLANK),
    person("Łucja", DNC),
  ])
    oneByOne.addPerson(each);
  const byClass = open(BODY);
  const part = byClass.part();
  part.add(alike("Ada", 2, "one"));
  part.add(alike("Ada", 1, "one"));
  part.add(alike("Łucja", 2, "one"));
  part.add(alike(null, 1, "one", BLANK));
  part.add(alike("Łucja", 1, "two", DNC));
  expect(part.finish()).toBe(true);
  expect(byClass.refusedContacts()).toEqual(["blank", "opted out"]);
  const examples = [person(null, BLANK), person("Łucja", DNC)];
  expect(byClass.result(examples)).toEqual(oneByOne.result());
});

test("a part whose order decides counts nothing", () => {
  const check = open(BODY, 60_000);
  const part = check.part();
  part.add(alike("Ada", 2, "one"));
  expect(part.finish()).toBe(false);
  expect(check.result()).toMatchObject({ audience: 0 });
  check.addPerson(person("Ada"));
  check.addPerson(person("Ada"));
  expect(check.result()).toMatchObject({ now: { count: 1 }, waits: [{ reason: "Budget", count: 1 }] });
});

test("a refused person is named by their own columns", () => {
  const check = open(BODY);
  const part = check.part();
  part.add(alike("Ada", 1, "one", DNC));
  part.finish();
  const [example] = check.refusedContacts();
  const again = person("Bea", { ...DNC, contactId: example!, doNotContactSource: "link" });
  const { refused } = check.result([again]);
  expect(refused[0]!.example!.sentence).toContain("Bea");
  // Somebody who changed since is named, and the reason stays.
  const changed = check.result([person("Bea", { contactId: example! })]);
  expect(changed.refused[0]).toMatchObject({ reason: "Do not contact" });
});

test("many classes do not fill the memory", () => {
  const check = open("Sale");
  for (let at = 0; at < 51; at += 1) {
    const part = check.part();
    for (let n = 0; n < 1_000; n += 1) part.add(alike("Ada", 1, `${at} ${n}`));
    expect(part.finish()).toBe(true);
  }
  expect(check.result().audience).toBe(51_000);
});
