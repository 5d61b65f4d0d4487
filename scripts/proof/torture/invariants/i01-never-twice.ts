import type { Breach, Invariant } from "../evaluation/invariant.ts";
import { violationsOf } from "../evaluation/invariant.ts";

/** Checked in the ledger alone, by recipient and text (each campaign has its own text), and again by attempt and job. */
export const neverTwice: Invariant = {
  name: "I1",
  says: "no message is submitted to the carrier twice",
  examine(evidence) {
    const taken = evidence.submissions.filter(({ entry }) => entry.sid !== null);
    const breaches: Breach[] = violationsOf(evidence, "under way twice");
    const seen = { text: new Set<string>(), job: new Set<string>() };
    for (const submission of taken) {
      const { to, from, body, attemptId } = submission;
      const text = `${from} ${to} ${body}`;
      const job = evidence.attempts.get(attemptId)?.jobId;
      if (seen.text.has(text))
        breaches.push({ what: "the same text was sent to the same person twice", attemptId, to });
      else if (job && seen.job.has(job))
        breaches.push({ what: "a message was accepted twice", attemptId, to });
      seen.text.add(text);
      if (job) seen.job.add(job);
    }
    const requests = new Set<string>();
    for (const { attemptId, to } of evidence.submissions) {
      if (requests.has(attemptId)) breaches.push({ what: "an attempt made two requests", attemptId, to });
      requests.add(attemptId);
    }
    return {
      tried: taken.length,
      cases: `${taken.length} messages accepted of ${evidence.submissions.length} requests`,
      breaches,
    };
  },
};
