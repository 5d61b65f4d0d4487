import type { ForecastGroup } from "../campaigns/forecast.ts";
import { type ExplainContext, explainVerdict } from "../explain/explain.ts";
import type { MessageVerdict } from "../gates/index.ts";
import type { Candidate, PreparedMessage } from "../gates/message-facts.ts";
import { MINUTE_MS } from "../time/wall-clock.ts";
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

type TalliedMessage = Omit<PreparedMessage, "text" | "refusal">;

interface FirstRefused {
  verdict: Extract<MessageVerdict, { kind: "drop" }>;
  count: number;
  candidate: Candidate;
  zones: readonly string[];
}

/** A refused person, read with all their columns, and the verdict about them alone. */
export interface RefusedAgain {
  candidate: Candidate;
  verdict: MessageVerdict;
}

const NOBODY: ReadonlyMap<string, RefusedAgain> = new Map();

/** The people who were evaluated until now, and how many of them get the message now, later and not at all. */
export interface CheckedSoFar {
  audience: number;
  now: number;
  later: number;
  refused: number;
}

const SPREAD_HOLD = { kind: "hold", gate: "send-time", reason: "Send time", looked: {} } as const;

/** Adds up verdicts by what happens now, later or never. The counts add up to the audience. */
export function createTally({
  viewerZone,
  now,
  spreadMinutes = null,
}: Pick<ExplainContext, "viewerZone" | "now"> & {
  /** Over how many minutes the campaign is spread; null or absent: not at all. */
  spreadMinutes?: number | null | undefined;
}) {
  const goes = { count: 0, costMicros: 0 };
  const waits = new Map<string, Wait>();
  const refused = new Map<string, FirstRefused>();
  const missing = new Map<string, number>();
  const encodings = { gsm7: 0, ucs2: 0, total: 0 };
  const groups = createForecastGroups({ now, spreadMinutes });
  const spreadMs = (spreadMinutes ?? 0) * MINUTE_MS;
  const countries = new Map<string, number>();
  let audience = 0;
  let waitCostMicros = 0;
  /** For how many the local time had passed, and no other gate refuses them. */
  let timePassed = 0;

  function addWait(
    verdict: Extract<MessageVerdict, { kind: "hold" }>,
    priceMicros: number,
    times: number,
  ): void {
    const { gate, reason } = verdict;
    // The next check is no time at which they go.
    const until = verdict.recheck ? null : verdict.until;
    const last = until && gate === "send-time" ? new Date(until.getTime() + spreadMs) : until;
    const key = `${gate} ${reason}`;
    const wait = waits.get(key);
    const costMicros = priceMicros * times;
    if (!wait) {
      waits.set(key, { gate, reason, count: times, costMicros, earliest: until, latest: last });
      return;
    }
    wait.count += times;
    wait.costMicros += costMicros;
    if (until && (!wait.earliest || until < wait.earliest)) wait.earliest = until;
    if (last && (!wait.latest || last > wait.latest)) wait.latest = last;
  }

  function addRefused(
    verdict: Extract<MessageVerdict, { kind: "drop" }>,
    candidate: Candidate,
    message: TalliedMessage,
    times: number,
  ): void {
    const key = `${verdict.gate} ${verdict.reason}`;
    const known = refused.get(key);
    if (known) known.count += times;
    else refused.set(key, { verdict, count: times, candidate, zones: message.facts.quietHours.zones });
  }

  /** Counts a message, or several that are alike. `candidate` is the first of their recipients. */
  function add(candidate: Candidate, message: TalliedMessage, verdict: MessageVerdict, times = 1): void {
    audience += times;
    for (const field of message.missing) missing.set(field, (missing.get(field) ?? 0) + times);
    const isRefused = verdict.kind === "drop" && verdict.gate !== "send-time";
    if (message.facts.sendTime?.hasPassed && !isRefused) timePassed += times;
    if (verdict.kind === "drop") {
      addRefused(verdict, candidate, message, times);
      return;
    }
    const priceMicros = message.facts.priceMicros ?? 0;
    if (candidate.country) countries.set(candidate.country, (countries.get(candidate.country) ?? 0) + times);
    encodings[message.encoding === "GSM-7" ? "gsm7" : "ucs2"] += times;
    encodings.total += message.facts.segments * times;
    if (verdict.kind === "send" && spreadMs > 0) {
      // It may go, and waits for its turn.
      addWait({ ...SPREAD_HOLD, until: now }, priceMicros, times);
      waitCostMicros += priceMicros * times;
    } else if (verdict.kind === "send") {
      goes.count += times;
      goes.costMicros += priceMicros * times;
    } else {
      addWait(verdict, priceMicros, times);
      waitCostMicros += priceMicros * times;
    }
    groups.add(message.facts, verdict, times);
  }

  /** Says why the first of these people is refused. `readAgain` has those whose own columns differ from their class's. */
  function explained(first: FirstRefused, readAgain: ReadonlyMap<string, RefusedAgain>): Refused {
    const { contactId } = first.candidate;
    const { gate, reason } = first.verdict;
    const again = readAgain.get(contactId);
    const { firstName, lastName } = again?.candidate ?? first.candidate;
    const verdict =
      again?.verdict.kind === "drop" && again.verdict.gate === gate ? again.verdict : first.verdict;
    const contactName = [firstName, lastName].filter(Boolean).join(" ") || null;
    const sentence = explainVerdict(verdict, { contactName, recipientZones: first.zones, viewerZone, now });
    return { gate, reason, count: first.count, example: { contactId, sentence } };
  }

  return {
    add,
    soFar: (): CheckedSoFar => ({
      audience,
      now: goes.count,
      later: [...waits.values()].reduce((sum, { count }) => sum + count, 0),
      refused: [...refused.values()].reduce((sum, { count }) => sum + count, 0),
    }),
    /** The first person of each reason to refuse. */
    refusedContacts: () => [...refused.values()].map(({ candidate }) => candidate.contactId),
    /** The largest count first, because an operator looks for it. The order of the gates does not matter here. */
    result: (readAgain: ReadonlyMap<string, RefusedAgain> = NOBODY) => ({
      audience,
      now: goes,
      waits: [...waits.values()].sort((a, b) => b.count - a.count),
      refused: [...refused.values()]
        .map((first) => explained(first, readAgain))
        .sort((a, b) => b.count - a.count),
      segments: encodings,
      missing: [...missing].map(([field, contacts]) => ({ field, contacts })),
      /** The cost of all messages that are sent now or later. It is exact: every text was measured as it will be sent. */
      costMicros: goes.costMicros + waitCostMicros,
      /** The people who are not refused, by country. */
      countries,
      timePassed,
      groups: groups.list() as readonly ForecastGroup[],
    }),
  };
}
