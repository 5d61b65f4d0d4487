import type { Breach, Invariant } from "../judge/invariant.ts";
import { violationsOf } from "../judge/invariant.ts";

/** Asked of the ledger alone, by recipient and text (each campaign's text is its own), and again by attempt and job. */
export const neverTwice: Invariant = {
  name: "I1",
  says: "no message is handed to the carrier twice",
  examine(evidence) {
    const taken = evidence.handOvers.filter(({ entry }) => entry.sid !== null);
    const breaches: Breach[] = violationsOf(evidence, "under way twice");
    const seen = { text: new Set<string>(), job: new Set<string>() };
    for (const handOver of taken) {
      const { to, from, body, attemptId } = handOver;
      const text = `${from} ${to} ${body}`;
      const job = evidence.attempts.get(attemptId)?.jobId;
      if (seen.text.has(text))
        breaches.push({ what: "the same text went to the same person twice", attemptId, to });
      else if (job && seen.job.has(job)) breaches.push({ what: "a message was taken twice", attemptId, to });
      seen.text.add(text);
      if (job) seen.job.add(job);
    }
    const requests = new Set<string>();
    for (const { attemptId, to } of evidence.handOvers) {
      if (requests.has(attemptId)) breaches.push({ what: "an attempt made two requests", attemptId, to });
      requests.add(attemptId);
    }
    return {
      tried: taken.length,
      cases: `${taken.length} messages taken of ${evidence.handOvers.length} requests`,
      breaches,
    };
  },
};
