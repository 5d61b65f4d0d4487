import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failedMessageFeeMicros, messagePriceMicros, RATE_CARD, type RateCard } from "./pricing.ts";

describe("price of a message", () => {
  test.each([
    ["AU, one segment", { country: "AU", segments: 1 }, 51_500],
    ["AU, eleven segments", { country: "AU", segments: 11 }, 566_500],
    ["AU from a name costs the same", { country: "AU", segments: 1, senderType: "alphanumeric" }, 51_500],
    ["AU received", { country: "AU", segments: 2, direction: "inbound" }, 15_000],
    ["US with the dearest carrier's fee", { country: "US", segments: 1 }, 8_300 + 4_500],
    ["US fee per segment", { country: "US", segments: 3 }, 3 * (8_300 + 4_500)],
    ["US received", { country: "US", segments: 1, direction: "inbound" }, 8_300 + 2_500],
    ["CA has no fee on the card", { country: "CA", segments: 1 }, 8_300],
    ["NZ", { country: "NZ", segments: 2 }, 210_000],
    ["GB long ago: the oldest price known", { country: "GB", segments: 1, at: new Date(0) }, 56_000],
  ] as const)("%s", (_, query, micros) => expect(messagePriceMicros(query)).toBe(micros));

  test.each([
    ["a country that is not on the card", { country: "DE", segments: 1 }],
    ["no country", { country: null, segments: 1 }],
    ["a made-up country", { country: "constructor", segments: 1 }],
    ["no segments", { country: "AU", segments: 0 }],
    ["fewer than none", { country: "AU", segments: -1 }],
    ["a part of a segment", { country: "AU", segments: 1.5 }],
    ["not a number", { country: "AU", segments: Number.NaN }],
    ["a name cannot text the US", { country: "US", segments: 1, senderType: "alphanumeric" }],
    [
      "nobody can answer a name",
      { country: "AU", segments: 1, senderType: "alphanumeric", direction: "inbound" },
    ],
    ["no inbound price known", { country: "NZ", segments: 1, direction: "inbound" }],
  ] as const)("refused, never free: %s", (_, query) => expect(messagePriceMicros(query)).toBeNull());

  test("every price on the card is a positive whole number of micros", () => {
    for (const { country, direction } of RATE_CARD.rates) {
      for (const senderType of ["mobile", "long-code", "toll-free", "short-code", "alphanumeric"] as const) {
        const price = messagePriceMicros({ country, segments: 1, senderType, direction });
        if (price !== null) expect(Number.isSafeInteger(price) && price > 0).toBe(true);
      }
    }
  });

  test("n segments cost n times one", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RATE_CARD.rates.map((rate) => rate.country)),
        fc.integer({ min: 1, max: 24 }),
        (country, segments) => {
          const one = messagePriceMicros({ country, segments: 1 });
          expect(messagePriceMicros({ country, segments })).toBe(one! * segments);
        },
      ),
    );
  });
});

describe("effective dates", () => {
  const rate = { country: "AU", direction: "outbound" } as const;
  const card: RateCard = {
    currency: "USD",
    rates: [
      { ...rate, effectiveFrom: "2027-01-01", microsPerSegment: 60_000 },
      { ...rate, effectiveFrom: "2026-01-01", microsPerSegment: 50_000 },
      { ...rate, effectiveFrom: "2027-01-01", senderTypes: ["short-code"], microsPerSegment: 90_000 },
      { ...rate, effectiveFrom: "2027-01-01", senderTypes: ["toll-free"], microsPerSegment: 70_000 },
    ],
    carrierFees: [
      { ...rate, carrier: "A", effectiveFrom: "2027-02-01", microsPerSegment: 100 },
      { ...rate, carrier: "A", effectiveFrom: null, microsPerSegment: 900 },
      { ...rate, carrier: "B", effectiveFrom: null, microsPerSegment: 200 },
      { ...rate, carrier: "C", effectiveFrom: "2028-01-01", microsPerSegment: 1 },
    ],
  };
  const price = (at: string | undefined, senderType: "mobile" | "short-code" | "toll-free" = "mobile") =>
    messagePriceMicros({ country: "AU", segments: 1, senderType, at: at ? new Date(at) : undefined }, card);

  test("a row is valid from its day on, in UTC, until the next", () => {
    expect(price("2025-12-31T23:59:59Z")).toBeNull();
    expect(price("2026-01-01T00:00:00Z")).toBe(50_900);
    expect(price("2026-12-31T23:59:59Z")).toBe(50_900);
    expect(price("2027-01-01T00:00:00Z")).toBe(60_900);
  });

  test("each carrier's fee has its own dates, and the highest of the day counts", () => {
    expect(price("2027-01-31T00:00:00Z")).toBe(60_900);
    expect(price("2027-02-01T00:00:00Z")).toBe(60_200);
  });

  test("without a time the newest price counts, and a row for the sender type beats a general one", () => {
    expect(price(undefined)).toBe(60_200);
    expect(price(undefined, "short-code")).toBe(90_200);
    expect(price(undefined, "toll-free")).toBe(70_200);
  });
});

test("a failed message costs its fee, unless the code is exempt", () => {
  expect(failedMessageFeeMicros(null)).toBe(1000);
  expect(failedMessageFeeMicros(30007)).toBe(1000);
  expect(failedMessageFeeMicros(30008)).toBe(0);
});

test("rows may have any order, and a code may be absent", () => {
  const rate = { country: "AU", direction: "outbound" } as const;
  const rates = [
    { ...rate, effectiveFrom: "2026-01-01", microsPerSegment: 50_000 },
    { ...rate, effectiveFrom: "2027-01-01", microsPerSegment: 60_000 },
    { ...rate, effectiveFrom: "2026-06-01", senderTypes: ["mobile"], microsPerSegment: 55_000 },
    { ...rate, effectiveFrom: null, microsPerSegment: 1 },
  ] as const;
  const prices = (at?: string) =>
    [rates, rates.toReversed()].map((rates) =>
      messagePriceMicros(
        { country: "AU", segments: 1, at: at ? new Date(at) : undefined },
        { currency: "USD", rates, carrierFees: [] },
      ),
    );
  expect(prices()).toEqual([60_000, 60_000]);
  expect(prices("2027-01-01T12:00:00Z")).toEqual([60_000, 60_000]);
  expect(prices("2026-12-31T12:00:00Z")).toEqual([55_000, 55_000]);
  expect(prices("2026-05-31T12:00:00Z")).toEqual([50_000, 50_000]);
  expect(prices("2025-05-31T12:00:00Z")).toEqual([1, 1]);
});
