import fc from "fast-check";
import { expect, it } from "vitest";
import { estimateAudience, NO_SAMPLE, type SampleSums } from "./estimate.ts";

const sumsOf = (runs: readonly (readonly [read: number, met: number])[]): SampleSums =>
  runs.reduce(
    (sums, [read, met]) => ({
      runs: sums.runs + 1,
      read: sums.read + read,
      met: sums.met + met,
      readSquared: sums.readSquared + read * read,
      metSquared: sums.metSquared + met * met,
      readTimesMet: sums.readTimesMet + read * met,
    }),
    NO_SAMPLE,
  );
const alike = (runs: number, read: number, met: number) =>
  sumsOf(Array.from({ length: runs }, () => [read, met] as const));

it("of no sample says nothing but the total", () => {
  expect(estimateAudience(NO_SAMPLE, 70_000)).toEqual({ contacts: 0, low: 0, high: 70_000 });
});

it("has as many digits as its bounds allow", () => {
  const half = sumsOf(Array.from({ length: 1_500 }, (_, n) => [8, n % 2 ? 3 : 5] as const));
  expect(estimateAudience(half, 1_000_000)).toEqual({ contacts: 500_000, low: 491_000, high: 509_000 });
  expect(estimateAudience(alike(3, 1, 1), 4)).toEqual({ contacts: 4, low: 1, high: 4 });
});

it("of nobody found, or everybody, still has a bound on the other side", () => {
  expect(estimateAudience(alike(1_500, 8, 0), 1_000_000)).toEqual({ contacts: 0, low: 0, high: 2_600 });
  expect(estimateAudience(alike(1_500, 8, 8), 1_000_000)).toEqual({
    contacts: 1_000_000,
    low: 997_400,
    high: 1_000_000,
  });
});

it("knows less where neighbours are alike", () => {
  const mixed = sumsOf(Array.from({ length: 1_000 }, (_, n) => [8, n % 2 ? 3 : 5] as const));
  const clustered = sumsOf(Array.from({ length: 1_000 }, (_, n) => [8, n % 2 ? 8 : 0] as const));
  const width = (sums: SampleSums) => {
    const { low, high } = estimateAudience(sums, 1_000_000);
    return high - low;
  };
  expect(width(clustered)).toBeGreaterThan(2 * width(mixed));
});

it("never leaves the audience, and lies between its bounds", () => {
  const run = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 }))
    .map(([read, met]) => [read, Math.min(read, met)] as const);
  fc.assert(
    fc.property(
      fc.array(run, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 2_000_000_000 }),
      (runs, total) => {
        const { contacts, low, high } = estimateAudience(sumsOf(runs), total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(contacts).toBeGreaterThanOrEqual(low);
        expect(high).toBeGreaterThanOrEqual(contacts);
        expect(total).toBeGreaterThanOrEqual(high);
      },
    ),
  );
});

it("holds the true count between its bounds in 95 of 100 samples, whatever the neighbours", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (const share of [0.002, 0.05, 0.5, 0.97])
    for (const cluster of [1, 8]) {
      const hit = Array.from({ length: 400 }, () => {
        const runs = Array.from({ length: 600 }, () => {
          const met = Array.from({ length: 8 / cluster }, () => (random() < share ? cluster : 0));
          return [8, met.reduce((sum, one) => sum + one, 0)] as const;
        });
        const { low, high } = estimateAudience(sumsOf(runs), 1_000_000);
        return low <= share * 1_000_000 && share * 1_000_000 <= high;
      }).filter(Boolean).length;
      expect(hit / 400).toBeGreaterThan(0.92);
    }
});
