/** What a sample of an audience found. Contacts are read in runs of neighbours, so the runs count, not only the contacts. */
export interface SampleSums {
  runs: number;
  /** Contacts that were read, and those of them that are in the audience. */
  read: number;
  met: number;
  /** Over the runs: the sums of read², of met², and of read × met. */
  readSquared: number;
  metSquared: number;
  readTimesMet: number;
}

export const NO_SAMPLE: SampleSums = {
  ...{ runs: 0, read: 0, met: 0 },
  ...{ readSquared: 0, metSquared: 0, readTimesMet: 0 },
};

/** A count of contacts that is not exact: the likely one, and the bounds between which 95 of 100 such counts lie. */
export interface AudienceEstimate {
  contacts: number;
  low: number;
  high: number;
}

/** 95 % of a normal distribution lie within this many standard deviations. */
const DEVIATIONS = 1.96;

/**
 * Returns what a sample says about all `total` contacts, rounded to digits that it can know.
 *
 * The share is a ratio over runs (Cochran, Sampling Techniques, 6.3), whose variance is that between runs: neighbours may
 * be alike. The bounds are Wilson's, which hold for shares near 0 and 1 too, for as many independent contacts as would
 * vary that much: at least one per run.
 */
export function estimateAudience(sums: SampleSums, total: number): AudienceEstimate {
  const { runs, read, met } = sums;
  if (read === 0) return { contacts: 0, low: 0, high: total };
  const share = met / read;
  const between = sums.metSquared - 2 * share * sums.readTimesMet + share * share * sums.readSquared;
  const variance = (Math.max(0, between) * runs) / Math.max(1, runs - 1) / (read * read);
  const independent = variance === 0 ? runs : within((share * (1 - share)) / variance, runs, read);
  const [low, high] = wilson(share, independent);
  return rounded({ contacts: share * total, low: low * total, high: high * total }, total);
}

function wilson(share: number, size: number): [number, number] {
  const z2 = DEVIATIONS * DEVIATIONS;
  const middle = (share + z2 / (2 * size)) / (1 + z2 / size);
  const reach =
    (DEVIATIONS / (1 + z2 / size)) * Math.sqrt((share * (1 - share)) / size + z2 / (4 * size * size));
  return [within(middle - reach, 0, share), within(middle + reach, share, 1)];
}

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** Rounds the bounds outwards, and all to a tenth of the largest power of ten between them. */
function rounded({ contacts, low, high }: AudienceEstimate, total: number): AudienceEstimate {
  const step = Math.max(1, 10 ** (Math.floor(Math.log10(Math.max(1, high - low))) - 1));
  return {
    contacts: Math.min(total, Math.round(contacts / step) * step),
    low: Math.floor(low / step) * step,
    high: Math.min(total, Math.ceil(high / step) * step),
  };
}
