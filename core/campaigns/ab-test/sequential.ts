/**
 * Statistics that are right however often somebody looks.
 *
 * The comparison is a randomisation test (Fisher, The Design of Experiments, 1935) made sequential by a mixture martingale
 * (Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical Statistics 41, 1970;
 * for counts of several variants: Lindon and Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022).
 *
 * Of two texts, take the people who did something (replied, opted out, …) in the order in which they did. A hash gave each
 * person their text. If the texts make no difference, the text of the next of them is text i with the share of i among the
 * messages, q, whatever happened before, at whatever time of day. So for a beta distribution with its mean at q the mixture
 *
 *     E = B(c·q + a, c·(1 − q) + b) / B(c·q, c·(1 − q)) / (q^a · (1 − q)^b)      a, b: those who did it, of i and of the other
 *
 * never grows in expectation, and the probability that it ever reaches 1/α is at most α (Ville's inequality). This holds when
 * the numbers of messages are fixed too: then the next is drawn without replacement, which pulls back towards q, and as the
 * mean of the mixture is q, each expected factor is at most 1. While messages are still being sent q moves by chance; the
 * simulation in `ab-test.test.ts` looks all the time, and covers that.
 */

/** The weight of the mixture, in people: best for texts of which one gets 1.3 to 2 times as much as the other. */
const MIXTURE_PEOPLE = 16;

/**
 * Returns the logarithm of the evidence E that two texts differ. `a` of `sentA` messages and `b` of `sentB` had what is
 * counted.
 */
export function logEvidence(a: number, sentA: number, b: number, sentB: number): number {
  if (sentA <= 0 || sentB <= 0 || a + b === 0) return 0;
  const share = sentA / (sentA + sentB);
  const [alpha, beta] = [MIXTURE_PEOPLE * share, MIXTURE_PEOPLE * (1 - share)];
  return logBeta(alpha + a, beta + b) - logBeta(alpha, beta) - a * Math.log(share) - b * Math.log(1 - share);
}

/** Whether the texts differ, with a probability of at most `alpha` that this is ever said of texts that do not. */
export const differ = (evidence: number, alpha: number): boolean => evidence >= Math.log(1 / alpha);

/**
 * Returns an interval that holds the share of people, for every number of messages at once with a probability of at least
 * 1 − `alpha`: the shares that a uniform mixture of all does not rule out (Robbins, 1970). It is wider than an interval for one
 * look, because it may be looked at all the time. The share is the one so far: replies that are still to come are in none.
 */
export function shareInterval(events: number, sent: number, alpha: number): { low: number; high: number } {
  if (sent <= 0) return { low: 0, high: 1 };
  const seen = Math.min(events, sent);
  const least = logBeta(1 + seen, 1 + sent - seen) - Math.log(1 / alpha);
  const isIn = (share: number) => times(seen, share) + times(sent - seen, 1 - share) > least;
  const middle = seen / sent;
  return {
    low: seen === 0 ? 0 : edge(middle, 0, isIn),
    high: seen === sent ? 1 : edge(middle, 1, isIn),
  };
}

const times = (events: number, share: number) => (events === 0 ? 0 : events * Math.log(share));

/** Halves 50 times between a share that is in the interval and one that is not. */
function edge(inside: number, outside: number, isIn: (share: number) => boolean): number {
  let [near, far] = [inside, outside];
  for (let at = 0; at < 50; at += 1) {
    const middle = (near + far) / 2;
    if (isIn(middle)) near = middle;
    else far = middle;
  }
  return near;
}

const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);

/** Stirling's series from 10 on, to 1e-10; below, by the recurrence. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  while (at < 10) {
    shift += Math.log(at);
    at += 1;
  }
  const square = at * at;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
