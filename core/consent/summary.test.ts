import { expect, test } from "vitest";
import { consentsOf } from "./summary.ts";
import type { ConsentBasis } from "./terms.ts";

const read = (consentSummary: unknown, consentBasis: ConsentBasis = "express") =>
  consentsOf({
    consentBasis,
    consentExpiresAt: null,
    consentSummary: consentSummary === null ? null : JSON.stringify(consentSummary),
  });

test("a basis without a summary is a consent without evidence", () => {
  const end = new Date("2027-01-01T00:00:00Z");
  expect(consentsOf({ consentBasis: "express", consentExpiresAt: end })).toEqual({
    consents: [{ basis: "express", expiresAt: end }],
    refused: [],
  });
  expect(read({ refused: ["marketing"] })).toEqual({
    consents: [{ basis: "express", expiresAt: null }],
    refused: ["marketing"],
  });
});

test("reads every consent with its parts", () => {
  const full = {
    ...{ basis: "inferred", at: "2026-05-01T10:00:00.000Z", how: "Web form", wording: true },
    ...{ purposes: ["marketing"], topics: ["Offers"], ends: "2027-01-01" },
    event: { kind: "purchase", at: "2026-04-01" },
  };
  const bare = { basis: "express", at: "2026-05-02T10:00:00.000Z" };
  const dateless = { ...bare, how: "Call", event: { kind: "enquiry" } };
  expect(read({ given: [full, bare, dateless], refused: ["service"] })).toEqual({
    consents: [
      {
        ...{
          basis: "inferred",
          expiresAt: new Date("2027-01-01"),
          purposes: ["marketing"],
          topics: ["Offers"],
        },
        evidence: { kind: "Web form", at: new Date("2026-05-01T10:00:00Z"), wording: true },
        event: { kind: "purchase", at: new Date("2026-04-01") },
      },
      { basis: "express", expiresAt: null, purposes: null, topics: null, evidence: null, event: null },
      {
        ...{ basis: "express", expiresAt: null, purposes: null, topics: null },
        evidence: { kind: "Call", at: new Date("2026-05-02T10:00:00Z"), wording: false },
        event: { kind: "enquiry", at: null },
      },
    ],
    refused: ["service"],
  });
});

test.each(["withdrawn", "unknown"] as const)(
  "%s: earlier consents count no more, preferences stay",
  (basis) => {
    const given = [{ basis: "express", at: "2026-05-02T10:00:00.000Z" }];
    expect(read({ given, refused: ["marketing"] }, basis)).toEqual({
      consents: [{ basis, expiresAt: null }],
      refused: ["marketing"],
    });
  },
);

test("a summary that can't be read allows nothing", () => {
  for (const broken of [
    { given: [{ basis: "sure" }] },
    { given: [{ basis: "express", at: "yesterday" }] },
    { given: "express" },
    ["express"],
  ])
    expect(read(broken)).toMatchObject({ consents: [] });
});

test("the cache does not grow without bound", () => {
  const at = (n: number) => read({ given: [{ basis: "express", at: "2026-05-02", how: `Form ${n}` }] });
  for (let n = 0; n < 2_500; n++) at(n);
  expect(at(3).consents[0]?.evidence?.kind).toBe("Form 3");
});
