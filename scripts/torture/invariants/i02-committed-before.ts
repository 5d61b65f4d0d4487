import type { Breach, Invariant } from "../judge/invariant.ts";

/** A commit's time is taken before it is flushed, the arrival's after the request has come: no slack is needed. */
const TICK_MS = 1;

/** Commit times are PostgreSQL's own. And back: what the carrier took is linked, to the attempt that asked for it. */
export const committedBefore: Invariant = {
  name: "I2",
  says: "every hand-over has a committed attempt from before it, and every message taken is linked to it",
  examine({ handOvers, attempts }) {
    const breaches: Breach[] = [];
    const sids = new Map<string, string>();
    let orphans = 0;
    for (const { attemptId, at, to, entry } of handOvers) {
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
      if (sid && sids.get(sid) !== id) breaches.push({ what: `falsely linked to ${sid}`, attemptId: id, to });
      if (state === "accepted" && !sid)
        breaches.push({ what: "accepted without a message", attemptId: id, to });
    }
    return {
      tried: handOvers.length,
      cases: `${handOvers.length} requests; ${orphans} messages whose request was not answered, all linked`,
      breaches,
    };
  },
};
