import { describe, expect, test } from "vitest";
import table from "../data/consent-law.json" with { type: "json" };
import { EXAMPLE_NOW as now } from "../testing/example.ts";
import { consentLawOf, inferredUntil } from "./consent-law.ts";
import { consentLawRow } from "./consent-law-schema.ts";
import { purposeRule } from "./purposes.ts";
import { consentEnd, consentStanding } from "./standing.ts";
import {
  CONSENT_EVENTS,
  type ConsentBasis,
  type ConsentEventKind,
  type ConsentFacts,
  MESSAGE_PURPOSES,
  type MessagePurpose,
} from "./terms.ts";

const LATER = new Date(now.getTime() + 1);
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const proof = { kind: "Web form", at: day("2026-01-01"), wording: true };

interface Asked extends Partial<ConsentFacts> {
  purpose?: MessagePurpose;
  topic?: string;
}

/** The fault of a person with one consent, "allowed" without one. */
function ask(
  country: string | null | readonly (string | null)[],
  basis: ConsentBasis,
  { purpose = "marketing", topic, ...facts }: Asked = {},
) {
  const countries = country === null || typeof country === "string" ? [country] : country;
  const consents = [{ basis, expiresAt: null, ...facts }];
  const standing = consentStanding(consents, { purpose, topic: topic ?? null, countries }, now);
  return standing.allowed ? "allowed" : standing.fault;
}

const event = (kind: ConsentEventKind, at: Date | null = day("2026-11-01")) => ({ kind, at });

describe("marketing, country by country", () => {
  test.each([...table.rows.flatMap(({ countries }) => countries), "IN", "SG", null])(
    "%s takes express consent with its evidence",
    (country) => {
      expect(ask(country, "express", { evidence: proof })).toBe("allowed");
    },
  );

  test.each([
    ["AU", "allowed"],
    ["NZ", "allowed"],
    ["GB", "no-event"],
    ["IE", "no-event"],
    ["CA", "no-event"],
    ["DE", "no-event"],
    ["FR", "no-event"],
    ["ES", "no-event"],
    ["US", "not-enough-for-marketing"],
    ["PL", "not-enough-for-marketing"],
    ["IN", "not-enough-for-marketing"],
    ["constructor", "not-enough-for-marketing"],
    [null, "not-enough-for-marketing"],
  ])("%s: inferred consent without an event is %s", (country, result) => {
    expect(ask(country, "inferred", { evidence: proof })).toBe(result);
    expect(ask(country, "inferred", { evidence: proof, expiresAt: LATER })).toBe(result);
  });

  test.each([
    ["GB", CONSENT_EVENTS],
    ["CA", CONSENT_EVENTS],
    ["IE", ["purchase", "contract"]],
    ["DE", ["purchase", "contract"]],
    ["SE", ["purchase", "contract"]],
    ["US", []],
    ["PL", []],
  ] as const)("%s: inferred consent follows from %j", (country, kinds) => {
    const enough = CONSENT_EVENTS.filter(
      (kind) => ask(country, "inferred", { event: event(kind), evidence: proof }) === "allowed",
    );
    expect(enough).toEqual(kinds);
  });

  test("Ireland: an enquiry is no sale", () => {
    expect(ask("IE", "inferred", { event: event("enquiry") })).toBe("event-not-enough");
  });

  test.each([
    ["CA", "purchase", "2024-11-23T04:00:00.001Z", "allowed"],
    ["CA", "purchase", "2024-11-23T04:00:00.000Z", "expired"],
    ["CA", "donation", "2024-11-23T04:00:00.001Z", "allowed"],
    ["CA", "volunteering", "2024-11-23T04:00:00.000Z", "expired"],
    ["CA", "membership", "2024-11-23T04:00:00.000Z", "expired"],
    ["CA", "contract", "2024-11-23T04:00:00.000Z", "expired"],
    ["CA", "enquiry", "2026-05-23T04:00:00.001Z", "allowed"],
    ["CA", "enquiry", "2026-05-23T04:00:00.000Z", "expired"],
    ["IE", "purchase", "2025-11-23T04:00:00.001Z", "allowed"],
    ["IE", "purchase", "2025-11-23T04:00:00.000Z", "expired"],
    ["GB", "purchase", "2010-01-01T00:00:00.000Z", "allowed"],
    ["AU", "purchase", "2010-01-01T00:00:00.000Z", "allowed"],
  ] as const)("%s: inferred from a %s at %s is %s", (country, kind, at, result) => {
    const inferred = { event: event(kind, new Date(at)), evidence: proof };
    expect(ask(country, "inferred", inferred)).toBe(result);
    // A later date on the record does not extend the term of the law.
    expect(ask(country, "inferred", { ...inferred, expiresAt: LATER })).toBe(result);
  });

  test("a term needs the day of its event, and a sale does not lie in the future", () => {
    expect(ask("CA", "inferred", { event: event("purchase", null), evidence: proof })).toBe("no-event-date");
    expect(ask("CA", "inferred", { event: event("purchase", LATER), evidence: proof })).toBe("no-event-date");
    expect(ask("CA", "inferred", { event: event("membership", LATER), evidence: proof })).toBe("allowed");
    expect(ask("CA", "inferred", { event: event("contract", LATER), evidence: proof })).toBe("allowed");
    expect(ask("GB", "inferred", { event: event("purchase", null) })).toBe("allowed");
  });

  test("the United States want the wording, Canada a record of how it was given", () => {
    expect(ask("US", "express")).toBe("no-evidence");
    expect(ask("US", "express", { evidence: { ...proof, wording: false } })).toBe("no-wording");
    expect(ask("CA", "express")).toBe("no-evidence");
    expect(ask("CA", "express", { evidence: { ...proof, wording: false } })).toBe("allowed");
    expect(ask("CA", "inferred", { event: event("purchase") })).toBe("no-evidence");
    expect(ask("AU", "express")).toBe("allowed");
  });

  test("who may be in two countries needs what the laws of both ask", () => {
    expect(ask(["AU", "US"], "express")).toBe("no-evidence");
    expect(ask(["AU", "US"], "express", { evidence: proof })).toBe("allowed");
    expect(ask(["AU", "CA"], "inferred", { evidence: proof })).toBe("no-event");
  });

  test("a transactional basis allows no marketing anywhere", () => {
    for (const country of ["AU", "US", "CA", "GB", "SG"])
      expect(ask(country, "transactional", { expiresAt: LATER })).toBe("not-enough-for-marketing");
  });
});

describe("purposes", () => {
  test.each(["transactional", "service"] as const)("a %s message goes with any basis", (purpose) => {
    for (const basis of ["express", "inferred", "transactional"] as const)
      expect(ask("US", basis, { purpose })).toBe("allowed");
    expect(ask("US", "withdrawn", { purpose })).toBe("withdrawn");
    expect(ask("US", "unknown", { purpose })).toBe("unknown");
    expect(ask("US", "transactional", { purpose, expiresAt: now })).toBe("expired");
  });

  test("an emergency needs no consent on record, but stops at a withdrawal", () => {
    expect(ask("US", "unknown", { purpose: "emergency" })).toBe("allowed");
    expect(ask("US", "express", { purpose: "emergency", purposes: ["marketing"] })).toBe("allowed");
    expect(ask("US", "withdrawn", { purpose: "emergency" })).toBe("withdrawn");
    expect(consentStanding([], { purpose: "emergency", countries: ["AU"] }, now).allowed).toBe(true);
  });

  test("a consent to one purpose allows no other", () => {
    expect(ask("AU", "express", { purposes: ["transactional"] })).toBe("other-purpose");
    expect(ask("AU", "express", { purposes: ["transactional"], purpose: "transactional" })).toBe("allowed");
    expect(ask("AU", "express", { purposes: ["marketing"], purpose: "service" })).toBe("other-purpose");
    expect(ask("AU", "express", { purposes: ["service", "marketing"] })).toBe("allowed");
  });

  test("a consent to topics allows marketing on these topics only", () => {
    expect(ask("AU", "express", { topics: ["Events"] })).toBe("other-topic");
    expect(ask("AU", "express", { topics: ["Events"], topic: "Offers" })).toBe("other-topic");
    expect(ask("AU", "express", { topics: ["Events"], topic: "Events" })).toBe("allowed");
    expect(ask("AU", "express", { topics: ["Events"], purpose: "service" })).toBe("allowed");
    expect(ask("AU", "express", { topic: "Events" })).toBe("allowed");
  });

  test("each purpose has a rule with its law and source", () => {
    expect(MESSAGE_PURPOSES.map(purposeRule).map(({ purpose, consent }) => `${purpose}: ${consent}`)).toEqual(
      ["marketing: marketing", "transactional: any", "service: any", "emergency: none"],
    );
    for (const purpose of MESSAGE_PURPOSES) expect(purposeRule(purpose).source).toMatch(/^https:/);
  });
});

describe("several consents", () => {
  const inferred = (at: string): ConsentFacts => ({
    basis: "inferred",
    expiresAt: null,
    evidence: proof,
    event: event("purchase", day(at)),
  });
  const question = { purpose: "marketing", countries: ["CA"] } as const;

  test("one that is enough is enough", () => {
    const standing = consentStanding([inferred("2020-01-01"), inferred("2026-01-01")], question, now);
    expect(standing).toMatchObject({ allowed: true, endsAt: day("2028-01-01") });
    expect(consentStanding([inferred("2026-01-01"), inferred("2025-01-01")], question, now)).toMatchObject({
      endsAt: day("2028-01-01"),
    });
    const express = { basis: "express", expiresAt: null, evidence: proof } as const;
    expect(consentStanding([inferred("2026-01-01"), express], question, now)).toMatchObject({
      allowed: true,
      endsAt: null,
      consent: express,
    });
  });

  test("of those that are not, the one that comes nearest says what is missing", () => {
    const old = inferred("2020-01-01");
    const other = { basis: "transactional", expiresAt: null } as const;
    expect(consentStanding([other, old], question, now)).toMatchObject({ fault: "expired", consent: old });
    expect(consentStanding([old, other], question, now)).toMatchObject({ fault: "expired", consent: old });
  });

  test("nothing on record", () => {
    const none = { allowed: false, fault: "none", consent: null, country: "CA" };
    expect(consentStanding([], question, now)).toEqual(none);
    expect(consentStanding([], { ...question, countries: [] }, now)).toEqual({ ...none, country: null });
  });
});

describe("when a consent ends", () => {
  const end = (facts: Partial<ConsentFacts>, purpose: MessagePurpose = "marketing", countries = ["CA"]) =>
    consentEnd({ basis: "inferred", expiresAt: null, ...facts }, { purpose, countries });

  test("its record or the law, whichever is first", () => {
    const bought = { event: event("purchase", day("2026-01-15")) };
    expect(end(bought)).toEqual(day("2028-01-15"));
    expect(end({ ...bought, expiresAt: day("2027-01-01") })).toEqual(day("2027-01-01"));
    expect(end({ ...bought, expiresAt: day("2030-01-01") })).toEqual(day("2028-01-15"));
    expect(end(bought, "marketing", ["CA", "IE"])).toEqual(day("2027-01-15"));
    expect(end(bought, "marketing", ["AU"])).toBeNull();
    expect(end(bought, "service")).toBeNull();
    expect(end({ ...bought, basis: "express" })).toBeNull();
    expect(end({ expiresAt: LATER })).toEqual(LATER);
  });

  test("months end on the same day, or on the last day of a shorter month", () => {
    const until = (at: string, kind: ConsentEventKind = "enquiry") =>
      inferredUntil("CA", { kind, at: new Date(at) })?.toISOString();
    expect(until("2026-01-15T10:00:00Z")).toBe("2026-07-15T10:00:00.000Z");
    expect(until("2026-08-31T10:00:00Z")).toBe("2027-02-28T10:00:00.000Z");
    expect(until("2024-02-29T10:00:00Z", "purchase")).toBe("2026-02-28T10:00:00.000Z");
    expect(until("2026-11-30T10:00:00Z", "purchase")).toBe("2028-11-30T10:00:00.000Z");
    expect(inferredUntil("IE", event("enquiry"))).toBeNull();
    expect(inferredUntil("CA", event("enquiry", null))).toBeNull();
    expect(inferredUntil(null, event("purchase"))).toBeNull();
  });
});

describe("the table", () => {
  test("as a lawyer would read it", () => {
    expect(
      ["AU", "NZ", "GB", "IE", "CA", "US", "DE", "FR", "PL", "SE", "SG", "constructor", null].map(
        (country) => {
          const { rule, evidence, events } = consentLawOf(country);
          const terms =
            events && Object.entries(events).map(([kind, months]) => `${kind} ${months ?? "no term"}`);
          return `${country}: ${rule}, ${evidence}${terms ? `; ${terms.join(", ")}` : ""}`;
        },
      ),
    ).toEqual([
      "AU: express-or-inferred, kept",
      "NZ: express-or-inferred, kept",
      "GB: express-or-inferred, kept; purchase no term, contract no term, enquiry no term, membership no term, donation no term, volunteering no term",
      "IE: express-or-inferred, kept; purchase 12, contract 12",
      "CA: express-or-inferred, required; purchase 24, contract 24, enquiry 6, membership 24, donation 24, volunteering 24",
      "US: express, written",
      "DE: express-or-inferred, kept; purchase no term, contract no term",
      "FR: express-or-inferred, kept; purchase no term, contract no term",
      "PL: express, kept",
      "SE: express-or-inferred, kept; purchase no term, contract no term",
      "SG: express, kept",
      "constructor: express, kept",
      "null: express, kept",
    ]);
  });

  test("each row has its law, a public page, a date and a confidence; no country has two", () => {
    for (const row of table.rows) expect(consentLawRow.parse(row)).toEqual(row);
    const countries = table.rows.flatMap((row) => row.countries);
    expect(new Set(countries).size).toBe(countries.length);
    expect(() => consentLawRow.parse({ ...table.rows[0], source: "http://example.com" })).toThrow();
    expect(() => consentLawRow.parse({ ...table.rows[0], months: 3 })).toThrow();
  });
});
