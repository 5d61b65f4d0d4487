import type { ForecastGroup } from "../campaigns/forecast.ts";
import { type ExplainContext, explainVerdict } from "../explain/explain.ts";
import type { MessageVerdict } from "../gates/index.ts";
import type { Candidate, PreparedMessage } from "../gates/message-facts.ts";
import { createForecastGroups } from "./forecast-groups.ts";

export interface Wait {
  gate: string;
  reason: string;
  count: number;
  costMicros: number;
  /** When the first and the last of them may go; null where nobody knows when the gate opens. */
  earliest: Date | null;
  latest: Date | null;
}

export interface Refused {
  gate: string;
  reason: string;
  count: number;
  example: { contactId: string; sentence: string } | null;
}

/** Adds up verdicts by what happens now, later or never. The counts add up to the audience. */
export function createTally({ viewerZone, now }: Pick<ExplainContext, "viewerZone" | "now">) {
  const goes = { count: 0, costMicros: 0 };
  const waits = new Map<string, Wait>();
  const refused = new Map<string, Refused>();
  const missing = new Map<string, number>();
  const encodings = { gsm7: 0, ucs2: 0, total: 0 };
  const groups = createForecastGroups();
  const countries = new Set<string>();
  let audience = 0;
  let waitCostMicros = 0;

  function addWait(verdict: Extract<MessageVerdict, { kind: "hold" }>, priceMicros: number): void {
    const { gate, reason } = verdict;
    // The next check is no time at which they go.
    const until = verdict.recheck ? null : verdict.until;
    const key = `${gate} ${reason}`;
    const wait = waits.get(key);
    if (!wait) {
      waits.set(key, { gate, reason, count: 1, costMicros: priceMicros, earliest: until, latest: until });
      return;
    }
    wait.count += 1;
    wait.costMicros += priceMicros;
    if (until && (!wait.earliest || until < wait.earliest)) wait.earliest = until;
    if (until && (!wait.latest || until > wait.latest)) wait.latest = until;
  }

  function addRefused(
    verdict: Extract<MessageVerdict, { kind: "drop" }>,
    candidate: Candidate,
    message: PreparedMessage,
  ): void {
    const key = `${verdict.gate} ${verdict.reason}`;
    const known = refused.get(key);
    if (known) {
      known.count += 1;
      return;
    }
    const contactName = [candidate.firstName, candidate.lastName].filter(Boolean).join(" ") || null;
    const context = { contactName, recipientZones: message.facts.quietHours.zones, viewerZone, now };
    const example = { contactId: candidate.contactId, sentence: explainVerdict(verdict, context) };
    refused.set(key, { gate: verdict.gate, reason: verdict.reason, count: 1, example });
  }

  function add(candidate: Candidate, message: PreparedMessage, verdict: MessageVerdict): void {
    audience += 1;
    for (const field of message.missing) missing.set(field, (missing.get(field) ?? 0) + 1);
    if (verdict.kind === "drop") {
      addRefused(verdict, candidate, message);
      return;
    }
    const priceMicros = message.facts.priceMicros ?? 0;
    if (candidate.country) countries.add(candidate.country);
    encodings[message.encoding === "GSM-7" ? "gsm7" : "ucs2"] += 1;
    encodings.total += message.facts.segments;
    if (verdict.kind === "send") {
      goes.count += 1;
      goes.costMicros += priceMicros;
    } else {
      addWait(verdict, priceMicros);
      waitCostMicros += priceMicros;
    }
    groups.add(message.facts, verdict);
  }

  return {
    add,
    /** The largest count first, because an operator looks for it. The order of the gates does not matter here. */
    result: () => ({
      audience,
      now: goes,
      waits: [...waits.values()].sort((a, b) => b.count - a.count),
      refused: [...refused.values()].sort((a, b) => b.count - a.count),
      segments: encodings,
      missing: [...missing].map(([field, contacts]) => ({ field, contacts })),
      /** The cost of all messages that are sent now or later. It is exact: every text was measured as it will be sent. */
      costMicros: goes.costMicros + waitCostMicros,
      /** The zones of the recipients. */
      countries: [...countries],
      groups: groups.list() as readonly ForecastGroup[],
    }),
  };
}
