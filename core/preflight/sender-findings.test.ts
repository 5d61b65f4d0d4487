import { expect, test } from "vitest";
import { senderFindings, senderWarnings } from "./sender-findings.ts";

const body = "Acme: sale. Reply STOP to opt out";
const name = { country: "AU", kind: "alphanumeric", phoneE164: "Acme", registration: "registered" } as const;
const us = { country: "US", kind: "long-code", phoneE164: "+12025550100" } as const;
const findings = (
  senders: Parameters<typeof senderFindings>[0]["senders"],
  people: [string, number][],
  purpose?: string,
) => senderFindings({ body, purpose, senders, people: new Map(people) });

test("people whom no sender may text are counted, by country, the most first", () => {
  const { held } = findings(
    [name],
    [
      ["US", 3],
      ["AU", 1_204],
    ],
  );
  expect(held.map(({ country, count, fault }) => [country, count, fault])).toEqual([
    ["AU", 1_204, "no-opt-out-method"],
    ["US", 3, "other-country"],
  ]);
  expect(senderWarnings({ held, unknown: [] })[1]).toBe(
    "Held: 3 people in US, because no number of yours can text US. Add one.",
  );
});

test("a sender with a fault holds nobody whom another one may text", () => {
  const registered = { ...us, carrierRegistration: "registered" } as const;
  const refused = { ...us, carrierRegistration: "refused" } as const;
  expect(findings([name, refused, registered], [["US", 5]]).held).toEqual([]);
  expect(findings([name, refused], [["US", 5]]).held).toMatchObject([
    { fault: "number-registration-refused", count: 5 },
  ]);
});

test("a purpose that the rules allow more holds fewer", () => {
  const india = { country: "IN", kind: "long-code", phoneE164: "+919000000000" } as const;
  expect(findings([india], [["IN", 1]], "transactional").held).toEqual([]);
});

test("numbers whose registration is not known are named, and hold nobody", () => {
  const found = findings([us, { ...us, phoneE164: "+12025550101" }], [["US", 5]]);
  expect(found).toEqual({ held: [], unknown: [{ country: "US", numbers: 2 }] });
  expect(senderWarnings(found)).toEqual([
    "We don't know yet whether 2 numbers in US may text there: the carrier has not told us the registration. Texts are sent all the same, and the carrier blocks them if it is missing. See Numbers.",
  ]);
});
