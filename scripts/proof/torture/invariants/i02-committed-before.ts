import type { Breach, Invariant } from "../evaluation/invariant.ts";

/** No slack is needed: the commit's time is taken before its flush, the arrival's after the request has come. */
const TICK_MS = 1;

/**
 * Compares with PostgreSQL's own commit times. In the other direction, what the carrier accepted must be linked to
 * the attempt that asked for it.
 */
export const committedBefore: Invariant = {
  name: "I2",
  says: "every submission has an attempt that was committed before it, and every accepted message is linked to it",
  examine({ submissions, attempts }) {
    const breaches: Breach[] = [];
    const sids = new Map<string, string>();
    let orphans = 0;
    for (const { attemptId, at, to, entry } of submissions) {
      const attempt = attempts.get(attemptId);
      if (!attempt) breaches.push({ what: "a request without an attempt", attemptId, to });
      else if (attempt.bornAt > at + TICK_MS) {
        breaches.push({
          what: `requested ${(attempt.bornAt - at).toFixed(1)} ms before the commit`,
          attemptId,
          to,
        });
      }
      if (!entry.sid) continue;
      sids.set(entry.sid, attemptId);
      if (entry.answerStatus !== 201) orphans += 1;
      if (attempt && attempt.sid !== entry.sid) {
        const has = attempt.sid ?? "no message";
        breaches.push({
          what: `the carrier has ${entry.sid}, the attempt (${attempt.state}) ${has}`,
          attemptId,
          to,
        });
      }
    }
    for (const { id, sid, to, state } of attempts.values()) {
      if (sid && sids.get(sid) !== id)
        breaches.push({ what: `linked to the wrong message ${sid}`, attemptId: id, to });
      if (state === "accepted" && !sid)
        breaches.push({ what: "accepted without a message", attemptId: id, to });
    }
    return {
      tried: submissions.length,
      cases: `${submissions.length} requests; ${orphans} messages whose request was not answered, all linked`,
      breaches,
    };
  },
};
