import type { CampaignStatus } from "./campaign.ts";

/** The figures of a campaign. They come from counters, so a million messages cost no more than ten. */
export interface CampaignFigures {
  id: string;
  status: CampaignStatus;
  audience: number;
  /** By status and, for refused and waiting messages, by reason. Once the audience is frozen they add up to it. */
  counts: { status: string; reason: string; jobs: number }[];
  spentMicros: number;
  reservedMicros: number;
  segments: number;
  /** Requests that the carrier took. */
  sent: number;
  /** Messages submitted per second: the mean of this minute and the last, or of less if the campaign started later. */
  ratePerSecond: number;
  lastSubmittedAt: Date | null;
  /** When the first and the last waiting message may go. */
  nextDueAt: Date | null;
  lastDueAt: Date | null;
  /** When it is decided whether the rest of it goes after a first part; null: not known, or there is none. */
  decideAt: Date | null;
  tenantSegmentsPerSecond: number;
  /** The campaign's own speed limit; null: none. */
  messagesPerMinute: number | null;
  sendingPaused: boolean;
  /** What holds the campaign as a whole besides a pause; null: nothing. */
  waitsFor: "Trial mode" | "Inbox full" | null;
  replies: number;
  optOuts: number;
  at: Date;
}

/** What the campaign page shows while it sends. */
export interface Progress {
  id: string;
  status: CampaignStatus;
  audience: number;
  counts: { status: string; reason: string; jobs: number }[];
  /** All messages that the carrier accepted, whatever happened to them later. */
  sent: number;
  spentMicros: number;
  reservedMicros: number;
  segments: number;
  ratePerSecond: number;
  finishAt: Date | null;
  nextOpeningAt: Date | null;
  lastSubmittedAt: Date | null;
  /** Messages that may still reach a phone: with the carrier, in flight, or of unknown outcome. */
  withCarrier: number;
  /** What holds all of its queued messages: a pause of the campaign or of all sending, a trial, the inbox; null: nothing. */
  heldBy: "Paused" | "Trial mode" | "Inbox full" | null;
  replies: number;
  optOuts: number;
  at: Date;
}

export function toProgress(figures: CampaignFigures): Progress {
  const {
    tenantSegmentsPerSecond: _,
    messagesPerMinute: __,
    lastDueAt: ___,
    decideAt: ____,
    sendingPaused,
    waitsFor,
    nextDueAt,
    ...shown
  } = figures;
  const isOver = figures.status === "completed" || figures.status === "canceled";
  const held = jobsIn(figures, (count) => count.status === "queued" && !isReady(count.reason));
  const opens = held > 0 && nextDueAt && nextDueAt > figures.at ? nextDueAt : null;
  return {
    ...shown,
    // The last minutes are counted for a while after the end, but nothing is sent any more.
    ratePerSecond: isOver ? 0 : figures.ratePerSecond,
    heldBy: isOver ? null : sendingPaused || figures.status === "paused" ? "Paused" : waitsFor,
    withCarrier: jobsIn(
      figures,
      ({ status }) => status === "sent" || status === "sending" || status === "unknown",
    ),
    finishAt: finishAt(figures, held),
    nextOpeningAt: opens,
  };
}

type Count = CampaignFigures["counts"][number];

function jobsIn({ counts }: CampaignFigures, which: (count: Count) => boolean): number {
  return counts.reduce((sum, count) => sum + (which(count) ? count.jobs : 0), 0);
}

/** Whether a message waits only for its turn. */
const isReady = (reason: string) => reason === "" || reason === "Rate limit" || reason === "Carrier busy";

/**
 * Estimates when the last message is sent. Ready messages go at the measured throughput (at the very start, at the
 * tenant's own); held ones not before their hour. Null while it is held as a whole.
 */
function finishAt(figures: CampaignFigures, held: number): Date | null {
  const { status, sendingPaused, waitsFor, ratePerSecond } = figures;
  const { tenantSegmentsPerSecond, messagesPerMinute, at, lastDueAt, decideAt } = figures;
  if (sendingPaused || waitsFor !== null || (status !== "running" && status !== "launching")) return null;
  const ready = jobsIn(figures, (count) => count.status === "queued" && isReady(count.reason));
  const rest = jobsIn(figures, ({ status: of, reason }) => of === "queued" && reason === "First part");
  // Nobody knows what is decided before the time of the decision is known.
  if (ready + held === 0 || (rest > 0 && !decideAt)) return null;
  const limit = messagesPerMinute === null ? tenantSegmentsPerSecond : messagesPerMinute / 60;
  const perSecond = ratePerSecond > 0 ? ratePerSecond : Math.min(tenantSegmentsPerSecond, limit);
  const after = (from: Date, jobs: number) => new Date(from.getTime() + (jobs / perSecond) * 1_000);
  const readyAt = after(at, ready);
  const restAt = decideAt && rest > 0 ? after(decideAt, rest) : at;
  const heldAt = held > 0 && lastDueAt && lastDueAt > at ? lastDueAt : at;
  return new Date(Math.max(readyAt.getTime(), heldAt.getTime(), restAt.getTime()));
}
