import type { Outcome, UnknownReason } from "./replay.ts";

/** How many messages more would have been held, and let through. */
export interface Shift {
  held: number;
  letThrough: number;
}

/** What every replay counts. Counts are messages, each at most once as held and once as let through. */
export interface Counts extends Shift {
  /** Decisions that were looked at. */
  decisions: number;
  /** Messages that were not sent either way, but for another reason or until another time. */
  otherwise: number;
  /** Decisions that can't be replayed, by reason. */
  unknown: Partial<Record<UnknownReason, number>>;
  /** By the reason of the hold or refusal: the new one for `held`, the old one for `letThrough`. */
  byReason: Record<string, Shift>;
}

/** The result of a replay of an organisation's rules. */
export interface Tally extends Counts {
  byCountry: Record<string, Shift>;
  byCampaign: Record<string, Shift>;
  /** Changes in campaigns beyond `CAMPAIGNS_MAX`. */
  otherCampaigns: Shift;
  /** Ids of messages to look at. */
  samples: { held: string[]; letThrough: string[] };
}

const CAMPAIGNS_MAX = 100;
const SAMPLES_MAX = 10;

/** What a message's decisions became, oldest first, each with whether it is within the time that a tally counts. */
export type Outcomes = readonly { outcome: Outcome; counts: boolean }[];

export interface ReplayedMessage {
  id: string;
  campaignId: string;
  country: string | null;
  outcomes: Outcomes;
}

const noShift = (): Shift => ({ held: 0, letThrough: 0 });

export const noCounts = (): Counts => ({
  ...noShift(),
  ...{ decisions: 0, otherwise: 0, unknown: {}, byReason: {} },
});

export const emptyTally = (): Tally => ({
  ...noCounts(),
  ...{ byCountry: {}, byCampaign: {} },
  otherCampaigns: noShift(),
  samples: { held: [], letThrough: [] },
});

/**
 * Counts a message, and returns how it counted. Its first decision of a kind counts, so that a message which was held
 * three nights is one message; if that is outside of the counted time, an earlier tally has it.
 */
export function countOutcomes(tally: Counts, outcomes: Outcomes): (keyof Shift)[] {
  const seen = new Set<Outcome["kind"]>();
  const ways: (keyof Shift)[] = [];
  for (const { outcome, counts } of outcomes) {
    if (counts) tally.decisions += 1;
    if (outcome.kind === "unknown") {
      if (counts) tally.unknown[outcome.reason] = (tally.unknown[outcome.reason] ?? 0) + 1;
      continue;
    }
    const isFirst = !seen.has(outcome.kind);
    seen.add(outcome.kind);
    if (!isFirst || !counts) continue;
    if (outcome.kind === "otherwise") tally.otherwise += 1;
    if (outcome.kind === "held" || outcome.kind === "let-through") {
      const way = outcome.kind === "held" ? "held" : "letThrough";
      tally[way] += 1;
      partOf(tally.byReason, outcome.reason)[way] += 1;
      ways.push(way);
    }
  }
  return ways;
}

/** Adds a message to the result, with its country, its campaign and itself as a sample. */
export function addMessage(tally: Tally, message: ReplayedMessage): void {
  for (const way of countOutcomes(tally, message.outcomes)) addShift(tally, message, way);
}

function addShift(tally: Tally, message: ReplayedMessage, way: keyof Shift): void {
  partOf(tally.byCountry, message.country ?? "unknown")[way] += 1;
  const { campaignId } = message;
  const isListed = Object.hasOwn(tally.byCampaign, campaignId);
  const listed = isListed || Object.keys(tally.byCampaign).length < CAMPAIGNS_MAX;
  (listed ? partOf(tally.byCampaign, campaignId) : tally.otherCampaigns)[way] += 1;
  const samples = tally.samples[way];
  if (samples.length < SAMPLES_MAX) samples.push(message.id);
}

/** Reasons and countries come from a short list of ours; campaigns are limited above. */
function partOf(parts: Record<string, Shift>, key: string): Shift {
  if (!Object.hasOwn(parts, key)) parts[key] = noShift();
  return parts[key]!;
}
