import { expect, test } from "vitest";
import type { ConsentFacts } from "../consent/terms.ts";
import type { MessageFacts } from "../gates/gate.ts";
import { evaluate } from "../gates/index.ts";
import { exampleAllowances, exampleFacts, EXAMPLE_NOW as now } from "../testing/example.ts";
import { consentWarnings, createConsentFindings } from "./consent-findings.ts";

const at = (text: string) => new Date(`${text}T00:00:00Z`);

function findingsOf(
  people: readonly { country?: string | null; consents: ConsentFacts[]; more?: Partial<MessageFacts> }[],
) {
  const findings = createConsentFindings(now);
  for (const { country = "AU", consents, more } of people) {
    const phone = { ...exampleFacts().phone, country };
    const facts = exampleFacts({ ...more, consents, phone });
    findings.add(facts, evaluate(facts, exampleAllowances(), now));
  }
  return findings.result();
}

const express: ConsentFacts = { basis: "express", expiresAt: null };
const until = (expiresAt: Date): ConsentFacts => ({ ...express, expiresAt });

test("counts people without enough consent by country and reason, the most frequent first", () => {
  const people = [
    { country: "CA", consents: [express] },
    { country: "US", consents: [express] },
    { country: "US", consents: [{ ...express, evidence: { kind: "Form", at: now } }] },
    { country: "US", consents: [{ ...express, evidence: { kind: "Call", at: now } }] },
    { country: "AU", consents: [express] },
  ];
  const findings = findingsOf(people);
  expect(findings).toEqual({
    lapsing: 0,
    firstLapseAt: null,
    missing: [
      { country: "US", fault: "no-wording", count: 2 },
      { country: "CA", fault: "no-evidence", count: 1 },
      { country: "US", fault: "no-evidence", count: 1 },
    ],
  });
  expect(consentWarnings(findings)).toEqual([
    "2 people in the United States have no written consent on record. Import the file again with the wording that they agreed to.",
    "1 person in Canada has no proof of their consent on record, which the law there requires. Import the file again, and say how they agreed.",
    "1 person in the United States has no proof of their consent on record, which the law there requires. Import the file again, and say how they agreed.",
  ]);
});

test("says how many consents end within 30 days, of those who get the message", () => {
  const findings = findingsOf([
    { consents: [until(at("2026-12-03"))] },
    { consents: [until(at("2026-12-01"))] },
    { consents: [until(at("2026-12-05"))] },
    { consents: [until(at("2027-06-01"))] },
    { consents: [until(at("2026-12-01")), express] },
    { consents: [until(at("2026-12-01"))], more: { doNotContact: { since: now, source: "reply" } } },
  ]);
  expect(findings).toMatchObject({ lapsing: 3, firstLapseAt: at("2026-12-01"), missing: [] });
  expect(consentWarnings(findings)).toEqual([
    "The consent of 3 people ends within 30 days, the first on 1 December 2026. Ask them for express consent before then.",
  ]);
});

test("a message that needs no consent, and a reason that it does not know, add nothing", () => {
  const findings = findingsOf([{ consents: [], more: { purpose: "emergency" } }]);
  expect(findings).toMatchObject({ lapsing: 0, missing: [] });
  const nowhere = findingsOf([{ country: null, consents: [] }]);
  expect(nowhere.missing).toEqual([]);
  const strange = { lapsing: 0, firstLapseAt: null };
  expect(consentWarnings({ ...strange, missing: [{ country: "AU", fault: "new", count: 1 }] })).toEqual([]);
  expect(consentWarnings({ ...strange, missing: [{ country: null, fault: "none", count: 2 }] })).toEqual([
    "2 people have no consent on record. Ask them for consent, and record it.",
  ]);
});

test("an answer counts although no consent allows it", () => {
  const more = { isReply: true, answering: { wroteAt: now }, purpose: "transactional" as const };
  expect(findingsOf([{ consents: [{ basis: "unknown", expiresAt: null }], more }])).toMatchObject({
    lapsing: 0,
  });
});

test("a finding of a country that the verdict does not name", () => {
  const findings = createConsentFindings(now);
  const drop = {
    kind: "drop",
    gate: "consent",
    reason: "Consent",
    looked: { fault: "none", country: null },
  } as const;
  findings.add(exampleFacts(), drop);
  expect(findings.result().missing).toEqual([{ country: null, fault: "none", count: 1 }]);
});
