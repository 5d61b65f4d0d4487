import { DEFAULT_WARM_UP } from "@smscrm/core/send/warm-up";
import type { SeedNumber } from "@smscrm/db/tenants/seed";

/**
 * Sender numbers for the simulator. None of them belongs to a recipient, so nobody is texted at them. Where a
 * regulator set numbers aside, or assigns none, those are used.
 * - Australia: 0444 000 xxx. A valid mobile range. libphonenumber's carrier data names nobody for it (only for 0444 4
 * and 0444 5), which is a hint, not a proof. The sample's recipients are the thirty mobiles that ACMA sets aside.
 * - New Zealand: 020 0001 01xx. Valid; in the same data only 0204 of 020 is assigned.
 * - United Kingdom: 07700 900xxx, set aside by Ofcom for drama.
 * - United States: short codes that begin with 1. Assigned ones start at 20000.
 */
const AUSTRALIAN = 40;

const longCode = (phoneE164: string, country: string, label: string): SeedNumber => ({
  phoneE164,
  country,
  label,
  kind: "long-code",
  segmentsPerSecond: 10,
  warmUpSchedule: null,
});

const shortCode = (phoneE164: string, label: string): SeedNumber => ({
  ...longCode(phoneE164, "US", label),
  kind: "short-code",
  segmentsPerSecond: 100,
});

/**
 * The carrier's real throughput adds up to a few hundred segments a second in Australia (10 for each number) and in
 * the United States (100 for each short code), where most of the sample lives. One number is in warm-up.
 */
export const DEMO_NUMBERS: readonly SeedNumber[] = [
  ...Array.from({ length: AUSTRALIAN }, (_, index) =>
    longCode(`+61444000${String(100 + index)}`, "AU", `Sydney ${index + 1}`),
  ),
  longCode("+64200001010", "NZ", "Auckland 1"),
  longCode("+64200001011", "NZ", "Auckland 2"),
  longCode("+447700900101", "GB", "London"),
  ...["10444", "10445", "10446", "10447"].map((code, index) => shortCode(code, `US short code ${index + 1}`)),
  { ...shortCode("10448", "US short code, new: in warm-up"), warmUpSchedule: DEFAULT_WARM_UP },
];
