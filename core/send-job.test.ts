import { describe, expect, test } from "vitest";
import {
  mayMove,
  SEND_JOB_STATUSES,
  TERMINAL_STATUSES,
  TRANSITIONS,
  type TransitionCause,
} from "./send-job.ts";

const CAUSES: TransitionCause[] = [
  "claimed",
  "gate-refused",
  "canceled-by-person",
  "proof-not-sent",
  "carrier-accepted",
  "carrier-rejected",
  "carrier-status",
  "outcome-unknown",
  "resent-by-person",
];

/** Every legal move; whatever is not here is refused. */
const LEGAL = new Set([
  "queued → sending: claimed",
  "queued → failed: gate-refused",
  "queued → canceled: canceled-by-person",
  // The carrier has a message that we took for not sent: it must not go again.
  "queued → sent: carrier-status",
  "queued → delivered: carrier-status",
  "queued → failed: carrier-status",
  // A person asked for another attempt, and the first one's answer came after all.
  "queued → sent: carrier-accepted",
  "sending → queued: proof-not-sent",
  "sending → sent: carrier-accepted",
  "sending → sent: carrier-status",
  "sending → delivered: carrier-status",
  "sending → failed: carrier-rejected",
  "sending → failed: carrier-status",
  "sending → unknown: outcome-unknown",
  "unknown → sent: carrier-accepted",
  "unknown → sent: carrier-status",
  "unknown → delivered: carrier-status",
  "unknown → failed: carrier-rejected",
  "unknown → failed: carrier-status",
  "unknown → queued: resent-by-person",
  "unknown → queued: proof-not-sent",
  "sent → delivered: carrier-status",
  "sent → failed: carrier-status",
  "failed → delivered: carrier-status",
  "failed → sent: carrier-status",
  "canceled → sent: carrier-status",
  "canceled → delivered: carrier-status",
  "canceled → failed: carrier-status",
]);

describe("send job states", () => {
  test.each(SEND_JOB_STATUSES)("from %s: exactly the legal moves, for exactly their causes", (from) => {
    for (const to of SEND_JOB_STATUSES) {
      for (const cause of CAUSES) {
        const move = `${from} → ${to}: ${cause}`;
        expect(mayMove(from, to, cause), move).toBe(LEGAL.has(move));
      }
    }
  });

  test("only proof, or a person, leads back to the queue", () => {
    for (const from of SEND_JOB_STATUSES) {
      for (const cause of TRANSITIONS[from].queued ?? [])
        expect(["proof-not-sent", "resent-by-person"]).toContain(cause);
    }
  });

  test("from an end nothing leads back to sending", () => {
    for (const from of TERMINAL_STATUSES) {
      for (const to of ["queued", "sending", "unknown"] as const)
        expect(TRANSITIONS[from][to]).toBeUndefined();
    }
  });
});
