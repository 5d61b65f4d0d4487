import { DEFAULT_WARM_UP } from "@smscrm/core/warm-up";
import type { SeedNumber } from "@smscrm/db/seed";

/**
 * Numbers that nobody has. They send to the simulator only, but a seed outlives its purpose.
 *
 * - Australia: 0444 000 xxx. A valid mobile range of the numbering plan; in libphonenumber's carrier data only
 *   0444 4 and 0444 5 of 0444 belong to anybody.
 * - New Zealand: 020 0001 01xx. Valid; in the same data only 0204 of 020 belongs to anybody.
 * - United Kingdom: 07700 900xxx, set aside by Ofcom for drama.
 * - United States: a short code that begins with 1. Those given out are from 20000 on.
 */
const AUSTRALIAN = 39;

const longCode = (phoneE164: string, country: string, label: string): SeedNumber => ({
  phoneE164,
  country,
  label,
  kind: "long-code",
  segmentsPerSecond: 10,
  warmUpSchedule: null,
});

const australian = (index: number) => `+61444000${String(100 + index)}`;

/** The carrier's real throughput, 10 segments a second for each Australian number, adds up to a few hundred. */
export const DEMO_NUMBERS: readonly SeedNumber[] = [
  ...Array.from({ length: AUSTRALIAN }, (_, index) =>
    longCode(australian(index), "AU", `Sydney ${index + 1}`),
  ),
  { ...longCode(australian(AUSTRALIAN), "AU", "New, in warm-up"), warmUpSchedule: DEFAULT_WARM_UP },
  longCode("+64200001010", "NZ", "Auckland 1"),
  longCode("+64200001011", "NZ", "Auckland 2"),
  longCode("+447700900101", "GB", "London"),
  { ...longCode("10444", "US", "US short code"), kind: "short-code", segmentsPerSecond: 100 },
];
