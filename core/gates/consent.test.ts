import { describe, expect, test } from "vitest";
import { exampleFacts, EXAMPLE_NOW as now } from "../testing/example.ts";
import { consent } from "./consent.ts";
import { consentLawOf, inferredUntil } from "./consent-law.ts";
import type { ConsentBasis, ConsentFacts, MessagePurpose } from "./gate.ts";

const LATER = new Date(now.getTime() + 1);

function ask(
  country: string | null,
  basis: ConsentBasis,
  expiresAt: Date | null = null,
  purpose?: MessagePurpose,
) {
  const phone = { ...exampleFacts().phone, country };
  const answer = consent({ consent: { basis, expiresAt }, phone, purpose }, now);
  return answer.kind === "drop" ? answer.looked.fault : answer.kind;
}

describe("marketing, country by country", () => {
  test.each(["AU", "NZ", "GB", "IE", "CA", "US", "DE", "FR", "IN", "SG"])(
    "%s takes express consent",
    (country) => {
      expect(ask(country, "express")).toBe("pass");
    },
  );

  test.each(["AU", "NZ", "GB", "IE"])("%s takes inferred consent", (country) => {
    expect(ask(country, "inferred")).toBe("pass");
  });

  test.each(["US", "DE", "FR", "IN", "SG", "constructor", null])(
    "%s does not take inferred consent",
    (country) => {
      expect(ask(country, "inferred")).toBe("not-enough-for-marketing");
      expect(ask(country, "inferred", LATER)).toBe("not-enough-for-marketing");
    },
  );

  test("CA takes implied consent only while its end is known and ahead", () => {
    expect(ask("CA", "inferred")).toBe("not-enough-for-marketing");
    expect(ask("CA", "inferred", LATER)).toBe("pass");
    expect(ask("CA", "inferred", now)).toBe("expired");
  });

  test("a transactional basis allows no marketing anywhere", () => {
    for (const country of ["AU", "US", "CA", "SG"]) {
      expect(ask(country, "transactional", LATER)).toBe("not-enough-for-marketing");
    }
  });
});

describe("a transactional message", () => {
  test.each(["express", "inferred", "transactional"] as const)("goes with %s basis", (basis) => {
    expect(ask("US", basis, null, "transactional")).toBe("pass");
  });

  test("still needs a valid basis", () => {
    expect(ask("US", "withdrawn", null, "transactional")).toBe("withdrawn");
    expect(ask("US", "unknown", null, "transactional")).toBe("unknown");
    expect(ask("US", "transactional", now, "transactional")).toBe("expired");
  });
});

describe("never enough", () => {
  test.each(["unknown", "withdrawn"] as const)("%s", (basis) => {
    expect(ask("AU", basis, LATER)).toBe(basis);
  });

  test("nothing on record", () => {
    expect(consent(exampleFacts({ consent: null }), now)).toEqual({
      kind: "drop",
      reason: "Consent",
      looked: { fault: "none", basis: "none", country: "AU" },
    });
  });

  test("express consent from the moment it expires", () => {
    expect(ask("AU", "express", LATER)).toBe("pass");
    expect(ask("AU", "express", now)).toBe("expired");
  });
});

describe("the rest of the consent record", () => {
  const askWith = (country: string | null, facts: Partial<ConsentFacts>, purpose?: MessagePurpose) => {
    const phone = { ...exampleFacts().phone, country };
    const answer = consent({ consent: { basis: "express", expiresAt: null, ...facts }, phone, purpose }, now);
    return answer.kind === "drop" ? answer.looked.fault : answer.kind;
  };
  const evidence = { kind: "form", at: new Date("2026-01-01T00:00:00Z") };

  test("a consent to one purpose allows no other", () => {
    expect(askWith("AU", { purposes: ["transactional"] })).toBe("other-purpose");
    expect(askWith("AU", { purposes: ["transactional"] }, "transactional")).toBe("pass");
    expect(askWith("AU", { purposes: ["marketing"] }, "transactional")).toBe("other-purpose");
    expect(askWith("AU", { purposes: ["transactional", "marketing"] })).toBe("pass");
  });

  test.each(["US", "CA"])(
    "%s requires evidence: a consent without it does not allow marketing",
    (country) => {
      expect(askWith(country, { evidence: null })).toBe("no-evidence");
      expect(askWith(country, { evidence })).toBe("pass");
      expect(askWith(country, {})).toBe("pass");
      expect(askWith(country, { evidence: null }, "transactional")).toBe("pass");
    },
  );

  test.each(["AU", "NZ", "GB", "IE", "DE", "FR", "SG", null])(
    "%s does not require evidence on record",
    (country) => {
      expect(askWith(country, { evidence: null })).toBe("pass");
    },
  );

  test.each([
    ["purchase", "2024-11-23T04:00:00.001Z", "pass"],
    ["purchase", "2024-11-23T04:00:00.000Z", "expired"],
    ["enquiry", "2026-05-23T04:00:00.001Z", "pass"],
    ["enquiry", "2026-05-23T04:00:00.000Z", "expired"],
  ] as const)("CASL: inferred from a %s at %s", (kind, at, verdict) => {
    const event = { kind, at: new Date(at) };
    expect(askWith("CA", { basis: "inferred", event })).toBe(verdict);
    // A later date on the record does not extend the term of the law.
    expect(askWith("CA", { basis: "inferred", event, expiresAt: LATER })).toBe(verdict);
  });

  test("an event elsewhere sets no term", () => {
    const event = { kind: "purchase", at: new Date("2010-01-01T00:00:00Z") } as const;
    expect(askWith("AU", { basis: "inferred", event })).toBe("pass");
    expect(askWith("US", { basis: "inferred", event })).toBe("not-enough-for-marketing");
    expect(askWith("CA", { basis: "inferred", event: null })).toBe("not-enough-for-marketing");
    expect(inferredUntil(null, event)).toBeNull();
  });

  test("months end on the same day, or on the last day of a shorter month", () => {
    const until = (at: string, kind: "purchase" | "enquiry" = "enquiry") =>
      inferredUntil("CA", { kind, at: new Date(at) })?.toISOString();
    expect(until("2026-01-15T10:00:00Z")).toBe("2026-07-15T10:00:00.000Z");
    expect(until("2026-08-31T10:00:00Z")).toBe("2027-02-28T10:00:00.000Z");
    expect(until("2024-02-29T10:00:00Z", "purchase")).toBe("2026-02-28T10:00:00.000Z");
    expect(until("2026-11-30T10:00:00Z", "purchase")).toBe("2028-11-30T10:00:00.000Z");
  });
});

test("the table, as a lawyer would read it", () => {
  expect(
    ["AU", "NZ", "GB", "IE", "CA", "US", "DE", "FR", "SG", "constructor", null].map((country) => {
      const { rule, evidence, law } = consentLawOf(country);
      return `${country}: ${rule}, ${evidence}, ${law}`;
    }),
  ).toEqual([
    "AU: express-or-inferred, kept, Spam Act 2003 s 16 and schedule 2",
    "NZ: express-or-inferred, kept, Unsolicited Electronic Messages Act 2007: express, inferred, deemed",
    "GB: express-or-inferred, kept, PECR reg. 22: consent, or the soft opt-in of an existing customer",
    "IE: express-or-inferred, kept, ePrivacy Regulations, as PECR reg. 22",
    "CA: express-or-inferred-until, required, CASL s 6 and 10: implied for 2 years (purchase) or 6 months (enquiry); s 13: the sender proves it",
    "US: express, required, TCPA, 47 CFR 64.1200(f)(9): prior express written consent",
    "DE: express, kept, UWG s 7: prior express consent",
    "FR: express, kept, CPCE L34-5: opt-in",
    "SG: express, kept, not researched: express consent",
    "constructor: express, kept, not researched: express consent",
    "null: express, kept, not researched: express consent",
  ]);
});

test("only the confirmation of an opt-out goes after consent was withdrawn", () => {
  const { phone } = exampleFacts();
  const withdrawn = { consent: { basis: "withdrawn" as const, expiresAt: null }, phone };
  const confirming = { ...withdrawn, confirmsOptOutOf: now };
  expect(consent({ ...confirming, doNotContact: { since: now, source: "reply" } }, now).kind).toBe("pass");
  expect(consent({ ...confirming, doNotContact: { since: now, source: "operator" } }, now).kind).toBe("drop");
  expect(consent(confirming, now).kind).toBe("drop");
  expect(consent(withdrawn, now).kind).toBe("drop");
});
