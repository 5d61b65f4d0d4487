import type { CampaignStatus } from "@smscrm/core/campaign";
import type { CampaignFigures } from "@smscrm/db/progress";

/** What the campaign page shows while it sends. */
export interface Progress {
  id: string;
  status: CampaignStatus;
  audience: number;
  counts: { status: string; reason: string; jobs: number }[];
  /** Taken by the carrier in total, whatever came of it later. */
  sent: number;
  spentMicros: number;
  reservedMicros: number;
  segments: number;
  ratePerSecond: number;
  finishAt: Date | null;
  nextOpeningAt: Date | null;
  lastHandOverAt: Date | null;
  /** May still reach a phone: with the carrier, on the way there, or of unknown outcome. */
  withCarrier: number;
  replies: number;
  optOuts: number;
  at: Date;
}

export function toProgress(figures: CampaignFigures): Progress {
  const { tenantSegmentsPerSecond: _, sendingPaused: __, nextDueAt, lastDueAt: ___, ...shown } = figures;
  const held = jobsIn(figures, (count) => count.status === "queued" && !isReady(count.reason));
  const opens = held > 0 && nextDueAt && nextDueAt > figures.at ? nextDueAt : null;
  return {
    ...shown,
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

/** Waits for nothing but its turn. */
const isReady = (reason: string) => reason === "" || reason === "Rate limit" || reason === "Carrier busy";

/**
 * When the last one goes: those that are ready at the pace that was measured (or, at the very start, the
 * tenant's own), those that are held not before their hour. Unknown while anything is paused.
 */
function finishAt(figures: CampaignFigures, held: number): Date | null {
  const { status, sendingPaused, ratePerSecond, tenantSegmentsPerSecond, at, lastDueAt } = figures;
  if (sendingPaused || (status !== "running" && status !== "launching")) return null;
  const ready = jobsIn(figures, (count) => count.status === "queued" && isReady(count.reason));
  if (ready + held === 0) return null;
  const perSecond = ratePerSecond > 0 ? ratePerSecond : tenantSegmentsPerSecond;
  const after = (from: Date, jobs: number) => new Date(from.getTime() + (jobs / perSecond) * 1_000);
  const readyAt = after(at, ready);
  if (held === 0 || !lastDueAt) return readyAt;
  const heldAt = after(lastDueAt > at ? lastDueAt : at, 0);
  return heldAt > readyAt ? heldAt : readyAt;
}
