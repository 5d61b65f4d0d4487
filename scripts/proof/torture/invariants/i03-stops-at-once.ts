import { SUBMISSION_LIMIT_MS } from "@smscrm/core/send/send-job";
import type { Closed, Evidence, Submission } from "../evaluation/evidence.ts";
import type { Breach, Invariant } from "../evaluation/invariant.ts";
import { tooLateFor } from "../evaluation/lateness.ts";

/** A generous limit for a pause, on a busy machine too. The neighbour keeps the database busy for much longer. */
const PAUSE_LIMIT_MS = 3_000;

/** Every request counts, also one that the carrier refused: it should not have been made. */
export const stopsAtOnce: Invariant = {
  name: "I3",
  says: `none later than ${SUBMISSION_LIMIT_MS} ms after a STOP, pause or do-not-contact commit`,
  examine(evidence) {
    const breaches: Breach[] = [];
    const lists = bySubject(evidence);
    let raced = 0;
    let latest = 0;
    for (const span of evidence.closed) {
      const limit = span.from + SUBMISSION_LIMIT_MS;
      for (const submission of within(lists.get(keyOf(span)) ?? [], span)) {
        const late = tooLateFor(evidence, submission, limit);
        raced += 1;
        latest = Math.max(latest, began(evidence, submission) - span.from);
        if (late === null) continue;
        const { attemptId, to } = submission;
        breaches.push({ what: `${late} ms beyond the limit after: ${span.kind}`, attemptId, to });
      }
    }
    for (const { tenant, answeredMs, status } of evidence.environment.pauses)
      if (status !== 200 || answeredMs > PAUSE_LIMIT_MS)
        breaches.push({
          what: `a pause of ${tenant.name} was answered ${status} after ${answeredMs} ms, beside a busy neighbour`,
        });
    const closings = evidence.closed.filter((span) => lists.has(keyOf(span))).length;
    return {
      tried: closings,
      cases: `${closings} closings, ${raced} requests within the limit after one, the latest ${Math.round(latest)} ms after`,
      breaches,
    };
  },
};

const keyOf = ({ kind, tenantId, subject }: Pick<Closed, "kind" | "tenantId" | "subject">) =>
  kind === "do-not-contact" ? `${kind} ${tenantId} ${subject}` : `${kind} ${subject}`;

/** Groups the requests that each gate would have had to stop, in order of arrival. */
function bySubject(evidence: Evidence): Map<string, Submission[]> {
  const lists = new Map<string, Submission[]>();
  const add = (key: string, submission: Submission) => {
    const list = lists.get(key);
    if (list) list.push(submission);
    else lists.set(key, [submission]);
  };
  for (const submission of evidence.submissions) {
    const tenantId = submission.tenant?.id ?? "";
    add(keyOf({ kind: "pause", tenantId, subject: tenantId }), submission);
    const campaignId = evidence.attempts.get(submission.attemptId)?.campaignId;
    // The one confirmation of an opt-out goes to a person on the list, and to nobody else.
    if (evidence.answers.get(campaignId ?? "") !== "confirmation")
      add(keyOf({ kind: "do-not-contact", tenantId, subject: submission.to }), submission);
    if (campaignId) add(keyOf({ kind: "campaign", tenantId, subject: campaignId }), submission);
  }
  for (const list of lists.values()) list.sort((a, b) => a.at - b.at);
  return lists;
}

/** Returns the requests that arrived while a gate was closed. */
function within(list: readonly Submission[], { from, until }: Closed): Submission[] {
  return list.filter(({ at }) => at > from && at < until);
}

function began(evidence: Evidence, { attemptId, at }: Submission): number {
  return Math.min(at, evidence.attempts.get(attemptId)?.startedAt ?? at);
}
