import { describe, expect, test } from "vitest";
import { type MessageState, messageSentence, recipientZones } from "./message-sentence.ts";

const NOW = new Date("2026-11-23T04:00:00Z");
const PERTH = "Australia/Perth";
const tenant = { timezone: PERTH, country: "AU", trustTenantZone: false };
const message = (changes: Partial<MessageState> = {}): MessageState => ({
  phone: "+61491570006",
  country: "AU",
  timezone: PERTH,
  state: null,
  postcode: null,
  lineType: "MOBILE",
  contactName: "Ada",
  status: "queued",
  reason: null,
  verdict: null,
  carrierErrorCode: null,
  ...changes,
});
const sentence = (changes: Partial<MessageState>) => messageSentence(message(changes), tenant, PERTH, NOW);
const HELD = {
  kind: "hold",
  gate: "quiet-hours",
  reason: "Quiet hours",
  until: new Date("2026-11-24T01:00:00Z"),
  looked: { zones: 1 },
} as const;
const REFUSED = { kind: "drop", gate: "consent", reason: "Consent", looked: { basis: "unknown" } } as const;

describe("the sentence about a message", () => {
  test("is the verdict's while the verdict is what stands in the way", () => {
    expect(sentence({ verdict: HELD, reason: "Quiet hours" })).toMatch(/9:00|09:00/);
    expect(sentence({ status: "failed", verdict: REFUSED, reason: "Consent" })).toMatch(/Ada/);
  });

  test("is the state's once a held message was canceled, or sent after all", () => {
    expect(sentence({ status: "canceled", verdict: HELD })).toMatch(/^[^.]+\.$/);
    expect(sentence({ status: "canceled", verdict: HELD })).not.toMatch(/09:00/);
    expect(sentence({ status: "queued", verdict: REFUSED })).not.toMatch(/Ada/);
    const sent = { kind: "send", senderId: "n", segments: 1, priceMicros: 1 } as const;
    expect(sentence({ status: "failed", verdict: sent, reason: "Undelivered" })).not.toMatch(/Ada/);
  });

  test("says what the carrier said, with its code once, whatever a gate had said before", () => {
    expect(sentence({ status: "failed", verdict: REFUSED, carrierErrorCode: 30007 })).toMatch(
      /^[^0-9]*\(carrier code 30007\)\.$/,
    );
    expect(sentence({ status: "failed", reason: "Undelivered", carrierErrorCode: 30003 })).toMatch(
      /The carrier says: [^0-9]+ \(carrier code 30003\)\.$/,
    );
  });
});

test("a recipient's zones are those of the quiet-hours gate", () => {
  expect(recipientZones(message(), tenant)).toContain(PERTH);
  expect(recipientZones(message({ timezone: null }), tenant).length).toBeGreaterThan(1);
});
