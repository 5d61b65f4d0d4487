import { describe, expect, test } from "vitest";
import { consent } from "./consent.ts";
import { exampleFacts, EXAMPLE_NOW as now } from "./example.ts";
import type { ConsentBasis, MessagePurpose } from "./gate.ts";

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

  test("a transactional footing carries no marketing anywhere", () => {
    for (const country of ["AU", "US", "CA", "SG"]) {
      expect(ask(country, "transactional", LATER)).toBe("not-enough-for-marketing");
    }
  });
});

describe("what is not marketing", () => {
  test.each(["express", "inferred", "transactional"] as const)("goes on %s footing", (basis) => {
    expect(ask("US", basis, null, "transactional")).toBe("pass");
  });

  test("still needs a standing footing", () => {
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
