import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maySend, refill, waitMs } from "./token-bucket.ts";

const at = new Date("2026-11-23T04:00:00Z");
const after = (ms: number) => new Date(at.getTime() + ms);

describe("refill", () => {
  test("refills up to its capacity", () => {
    expect(refill({ tokens: 0, at }, 10, 20, after(500))).toEqual({ tokens: 5, at: after(500) });
    expect(refill({ tokens: 0, at }, 10, 20, after(60_000))).toEqual({ tokens: 20, at: after(60_000) });
    expect(refill({ tokens: -30, at }, 10, 20, after(1_000)).tokens).toBe(-20);
  });

  test("a clock that stands still or runs backwards changes nothing", () => {
    const bucket = { tokens: 3, at };
    expect(refill(bucket, 10, 20, at)).toEqual(bucket);
    expect(refill(bucket, 10, 20, after(-5_000))).toEqual(bucket);
  });

  test("a negative rate takes nothing, and the smallest bucket holds one token", () => {
    expect(refill({ tokens: 3, at }, -10, 20, after(1_000)).tokens).toBe(3);
    expect(refill({ tokens: 0, at }, 0.1, 0.1, after(60_000)).tokens).toBe(1);
  });
});

test("a message needs one whole token", () => {
  expect(maySend(1)).toBe(true);
  expect(maySend(0.99)).toBe(false);
});

describe("the wait", () => {
  test("lasts until there is one token", () => {
    expect(waitMs(1, 10)).toBe(0);
    expect(waitMs(0, 10)).toBe(100);
    expect(waitMs(-7, 10)).toBe(800);
    expect(waitMs(0, 3)).toBe(334);
  });

  test("is a minute at a rate of zero", () => {
    expect(waitMs(0, 0)).toBe(60_000);
    expect(waitMs(0, -1)).toBe(60_000);
  });
});

test("nobody waits for ever, and the rate holds over any time", () => {
  const messages = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(
      messages,
      fc.constantFrom(0.2, 1, 3, 10),
      fc.integer({ min: 0, max: 20 }),
      (lengths, rate, capacity) => {
        let bucket = { tokens: Math.max(1, capacity), at };
        const brim = bucket.tokens;
        let sent = 0;
        for (const segments of lengths) {
          let tries = 0;
          while (!maySend(bucket.tokens) && tries++ < 3) {
            bucket = refill(
              bucket,
              rate,
              capacity,
              new Date(bucket.at.getTime() + waitMs(bucket.tokens, rate)),
            );
          }
          expect(maySend(bucket.tokens)).toBe(true);
          bucket = { ...bucket, tokens: bucket.tokens - segments };
          sent += segments;
          const seconds = (bucket.at.getTime() - at.getTime()) / 1_000;
          expect(sent - segments).toBeLessThanOrEqual(brim + rate * seconds + 1e-6);
        }
      },
    ),
  );
});
