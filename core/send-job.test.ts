import { describe, expect, test } from "vitest";
import {
  DROP_REASONS,
  HOLD_REASONS,
  mayMove,
  SEND_JOB_STATUSES,
  TERMINAL_STATUSES,
  type TransitionCause,
} from "./send-job.ts";

const CAUSES: readonly TransitionCause[] = [
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

/** All that may ever happen to a message; whatever is not here may not. */
const LEGAL = [
  "queued → sending: claimed",
  "queued → failed: gate-refused",
  "queued → failed: carrier-status",
  "queued → sent: carrier-status",
  "queued → delivered: carrier-status",
  "queued → canceled: canceled-by-person",
  "sending → queued: proof-not-sent",
  "sending → unknown: outcome-unknown",
  "sending → sent: carrier-accepted",
  "sending → sent: carrier-status",
  "sending → delivered: carrier-status",
  "sending → failed: carrier-rejected",
  "sending → failed: carrier-status",
  "unknown → queued: resent-by-person",
  "unknown → queued: proof-not-sent",
  "unknown → sent: carrier-accepted",
  "unknown → sent: carrier-status",
  "unknown → delivered: carrier-status",
  "unknown → failed: carrier-rejected",
  "unknown → failed: carrier-status",
  "sent → delivered: carrier-status",
  "sent → failed: carrier-status",
  "failed → delivered: carrier-status",
];

test("of all states, states and causes exactly these may follow each other", () => {
  const found = SEND_JOB_STATUSES.flatMap((from) =>
    SEND_JOB_STATUSES.flatMap((to) =>
      CAUSES.filter((cause) => mayMove(from, to, cause)).map((cause) => `${from} → ${to}: ${cause}`),
    ),
  );
  expect([...found].sort()).toEqual([...LEGAL].sort());
});

describe("the promises behind the table", () => {
  test("what may have reached the carrier goes back to the queue only with proof or by a person", () => {
    const back = (from: (typeof SEND_JOB_STATUSES)[number]) =>
      CAUSES.filter((cause) => mayMove(from, "queued", cause));
    expect(back("sending")).toEqual(["proof-not-sent"]);
    expect(back("unknown")).toEqual(["proof-not-sent", "resent-by-person"]);
    for (const from of ["sent", "delivered", "failed", "canceled"] as const) expect(back(from)).toEqual([]);
  });

  test("what is at rest stays there, but for a late delivery", () => {
    expect(TERMINAL_STATUSES).toEqual(["delivered", "failed", "canceled"]);
    for (const from of TERMINAL_STATUSES) {
      const next = SEND_JOB_STATUSES.filter((to) => CAUSES.some((cause) => mayMove(from, to, cause)));
      expect(next).toEqual(from === "failed" ? ["delivered"] : []);
    }
  });

  test("reasons are short phrases that group well, the same as ever", () => {
    expect(DROP_REASONS.join()).toBe(
      "Invalid phone,Do not contact,Consent,Duplicate,Frequency cap,Expired,Content,No price,Provider error,Undelivered,Canceled",
    );
    expect(HOLD_REASONS.join()).toBe(
      "Paused,Frequency cap,Quiet hours,No sender,Warm-up,Rate limit,Budget,Carrier busy",
    );
  });
});
