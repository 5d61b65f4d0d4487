import { HAND_OVER_LIMIT_MS } from "@smscrm/core/send-job";
import type { Closed, Evidence, HandOver } from "../judge/evidence.ts";
import type { Breach, Invariant } from "../judge/invariant.ts";
import { tooLateFor } from "../judge/lateness.ts";

/** Every request of any kind counts, also one that the carrier refused: it should not have been made. */
export const stopsAtOnce: Invariant = {
  name: "I3",
  says: `none later than ${HAND_OVER_LIMIT_MS} ms after a STOP, pause or do-not-contact commit`,
  examine(evidence) {
    const breaches: Breach[] = [];
    const lists = bySubject(evidence);
    let raced = 0;
    let latest = 0;
    for (const span of evidence.closed) {
      const limit = span.from + HAND_OVER_LIMIT_MS;
      for (const handOver of within(lists.get(keyOf(span)) ?? [], span)) {
        const late = tooLateFor(evidence, handOver, limit);
        raced += 1;
        latest = Math.max(latest, began(evidence, handOver) - span.from);
        if (late === null) continue;
        const { attemptId, to } = handOver;
        breaches.push({ what: `${late} ms beyond the limit after: ${span.kind}`, attemptId, to });
      }
    }
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

/** The requests that each gate would have had to stop, in order of arrival. */
function bySubject(evidence: Evidence): Map<string, HandOver[]> {
  const lists = new Map<string, HandOver[]>();
  const add = (key: string, handOver: HandOver) => {
    const list = lists.get(key);
    if (list) list.push(handOver);
    else lists.set(key, [handOver]);
  };
  for (const handOver of evidence.handOvers) {
    const tenantId = handOver.tenant?.id ?? "";
    add(keyOf({ kind: "pause", tenantId, subject: tenantId }), handOver);
    add(keyOf({ kind: "do-not-contact", tenantId, subject: handOver.to }), handOver);
    const campaignId = evidence.attempts.get(handOver.attemptId)?.campaignId;
    if (campaignId) add(keyOf({ kind: "campaign", tenantId, subject: campaignId }), handOver);
  }
  for (const list of lists.values()) list.sort((a, b) => a.at - b.at);
  return lists;
}

/** The latest requests of a closing: those that arrived while it was closed. */
function within(list: readonly HandOver[], { from, until }: Closed): HandOver[] {
  return list.filter(({ at }) => at > from && at < until);
}

function began(evidence: Evidence, { attemptId, at }: HandOver): number {
  return Math.min(at, evidence.attempts.get(attemptId)?.startedAt ?? at);
}
