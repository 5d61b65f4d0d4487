/**
 * Returns the probability of `events` or more among `trials` independent ones, each with the probability `rate`: the upper
 * tail of the binomial distribution, as a one-sided exact binomial test needs it (Clopper and Pearson, Biometrika 26, 1934).
 * It is exact for small numbers, where an approximation by the normal distribution is not.
 */
export function upperTail(events: number, trials: number, rate: number): number {
  if (events <= 0) return 1;
  if (events > trials || rate <= 0) return 0;
  if (rate >= 1) return 1;
  // Terms beyond the expected value fall, so the sum can stop early. Logarithms keep 0.99^100,000 from being 0.
  let logTerm = events * Math.log(rate) + (trials - events) * Math.log1p(-rate) + logChoose(trials, events);
  let sum = 0;
  for (let at = events; at <= trials; at += 1) {
    const term = Math.exp(logTerm);
    sum += term;
    if (at > trials * rate && term < sum * 1e-15) break;
    logTerm += Math.log((trials - at) / (at + 1)) + Math.log(rate) - Math.log1p(-rate);
  }
  return Math.min(1, sum);
}

function logChoose(of: number, chosen: number): number {
  let sum = 0;
  const few = Math.min(chosen, of - chosen);
  for (let at = 1; at <= few; at += 1) sum += Math.log((of - few + at) / at);
  return sum;
}

/** Returns the fewest events among `trials` that are so rare at this rate that their probability is at most `alpha`. */
export function criticalCount(trials: number, rate: number, alpha: number): number {
  let low = 0;
  let high = trials + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (upperTail(middle, trials, rate) <= alpha) high = middle;
    else low = middle;
  }
  return high;
}
