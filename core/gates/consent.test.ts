import { expect, test } from "vitest";
import { exampleFacts, EXAMPLE_NOW as now } from "../testing/example.ts";
import { consent, consentUsed } from "./consent.ts";
import type { MessageFacts } from "./gate.ts";

const ask = (changes: Partial<MessageFacts>) => consent(exampleFacts(changes), now);
const EXPRESS = { basis: "express", expiresAt: null } as const;

test("express consent allows marketing", () => {
  expect(ask({ consents: [EXPRESS] })).toEqual({ kind: "pass" });
});

test("a refusal names what is missing, the country, the purpose and the event", () => {
  expect(ask({ consents: [] })).toEqual({
    kind: "drop",
    reason: "Consent",
    looked: { fault: "none", basis: "none", country: "AU", purpose: "marketing" },
  });
  const phone = { ...exampleFacts().phone, country: "CA" };
  const event = { kind: "enquiry", at: new Date("2026-01-01T00:00:00Z") } as const;
  const evidence = { kind: "Call", at: now };
  const enquired = { basis: "inferred", expiresAt: null, event, evidence } as const;
  expect(ask({ consents: [enquired], phone, topic: "Offers" })).toMatchObject({
    looked: {
      ...{ fault: "expired", basis: "inferred", country: "CA", purpose: "marketing" },
      ...{ topic: "Offers", event: "enquiry", eventAt: "2026-01-01T00:00:00.000Z" },
    },
  });
  expect(ask({ consents: [{ ...enquired, event: { kind: "enquiry", at: null } }], phone })).toMatchObject({
    looked: { fault: "no-event-date", eventAt: null },
  });
});

test("the law of the address counts where it is another country's", () => {
  expect(ask({ consents: [EXPRESS], addressCountry: "US" })).toMatchObject({
    looked: { fault: "no-evidence", country: "US" },
  });
  expect(ask({ consents: [EXPRESS], addressCountry: "AU" })).toEqual({ kind: "pass" });
});

test("a refused purpose or topic stops a message of that purpose or topic, whatever the consent", () => {
  const refused = ["marketing:Offers", "service"];
  expect(ask({ refused, topic: "Offers" })).toMatchObject({
    looked: { fault: "refused", refused: "marketing:Offers" },
  });
  expect(ask({ refused, topic: "Events" })).toEqual({ kind: "pass" });
  expect(ask({ refused })).toEqual({ kind: "pass" });
  expect(ask({ refused, purpose: "service" })).toMatchObject({
    looked: { fault: "refused", refused: "service" },
  });
  expect(ask({ refused: ["marketing"], topic: "Events" })).toMatchObject({
    looked: { fault: "refused", refused: "marketing" },
  });
  expect(ask({ refused: ["marketing"], purpose: "transactional" })).toEqual({ kind: "pass" });
  // Who withdrew everything has withdrawn this, too.
  expect(
    ask({ refused, topic: "Offers", consents: [{ basis: "withdrawn", expiresAt: null }] }),
  ).toMatchObject({
    looked: { fault: "withdrawn" },
  });
});

test("a reply to somebody who never wrote is none", () => {
  const reply = { purpose: "transactional", isReply: true, answering: null } as const;
  expect(ask({ ...reply })).toMatchObject({
    kind: "drop",
    looked: { fault: "never-wrote", basis: "express" },
  });
  expect(ask({ ...reply, consents: [] })).toMatchObject({ looked: { fault: "never-wrote", basis: "none" } });
  expect(ask({ ...reply, consents: [{ basis: "withdrawn", expiresAt: null }] })).toMatchObject({
    looked: { fault: "withdrawn" },
  });
  expect(ask({ ...reply, answering: { wroteAt: now } })).toEqual({ kind: "pass" });
});

test("the question of a sign-up form goes within a day of it, unless consent was withdrawn", () => {
  const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
  const asks = (signedUpAt: Date | null, more: Partial<MessageFacts> = {}) =>
    ask({ consents: [], purpose: "transactional", signedUpAt, ...more }).kind;
  expect(asks(now)).toBe("pass");
  expect(asks(ago(23.99))).toBe("pass");
  expect(asks(ago(24))).toBe("drop");
  expect(asks(ago(-1))).toBe("drop");
  expect(asks(null)).toBe("drop");
  expect(asks(now, { consents: [{ basis: "withdrawn", expiresAt: null }] })).toBe("drop");
});

test("only the confirmation of an opt-out goes after consent was withdrawn", () => {
  const withdrawn = { consents: [{ basis: "withdrawn" as const, expiresAt: null }] };
  const confirming = { ...withdrawn, confirmsOptOutOf: now };
  expect(ask({ ...confirming, doNotContact: { since: now, source: "reply" } }).kind).toBe("pass");
  expect(ask({ ...confirming, doNotContact: { since: now, source: "operator" } }).kind).toBe("drop");
  expect(ask(confirming).kind).toBe("drop");
  expect(ask(withdrawn).kind).toBe("drop");
});

test("a message that went names the consent that allowed it", () => {
  const facts = exampleFacts({ consents: [{ basis: "transactional", expiresAt: null }, EXPRESS] });
  expect(consentUsed(facts, now)).toBe("express");
  const unknown = exampleFacts({ consents: [{ basis: "unknown", expiresAt: null }], purpose: "emergency" });
  expect(consentUsed(unknown, now)).toBe("unknown");
  expect(consentUsed(exampleFacts({ consents: [] }), now)).toBeNull();
});
