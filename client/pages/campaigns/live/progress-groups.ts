import type { Progress } from "../../../data/campaigns.ts";
import { failedAtCarrier } from "../../../ui/words/status-words.ts";

export type Count = Progress["counts"][number];

/** In the order of a message's life. */
const ORDER = ["queued", "sending", "unknown", "sent", "delivered", "failed", "canceled"];

/** Reasons of queued messages that wait for nothing but their turn. A pause holds them all alike. */
const READY = ["", "Paused", "Trial mode", "Inbox full", "Rate limit", "Carrier busy"];
/** What holds a campaign as a whole. */
const HOLDS = ["Paused", "Trial mode", "Inbox full"];

/**
 * Names the wait of a queued message by what holds it now. A stored reason is that of the last claim: during a pause some
 * messages have "Paused" and some have none yet, and after it some still have "Paused".
 */
function reasonNow({ status, reason }: Count, heldBy: Progress["heldBy"]): string {
  if (status !== "queued" || !READY.includes(reason)) return reason;
  if (heldBy) return heldBy;
  return HOLDS.includes(reason) ? "" : reason;
}

/** Sorts the counts by status, then the biggest first. All that wait for the same are one row. */
export function sortedCounts(counts: readonly Count[], heldBy: Progress["heldBy"]): Count[] {
  const rank = (status: string) => ORDER.indexOf(status) + 1 || ORDER.length + 1;
  const rows = new Map<string, Count>();
  for (const count of counts) {
    const reason = reasonNow(count, heldBy);
    const key = `${count.status} ${reason}`;
    rows.set(key, { ...count, reason, jobs: count.jobs + (rows.get(key)?.jobs ?? 0) });
  }
  return [...rows.values()]
    .filter((count) => count.jobs > 0)
    .sort((a, b) => rank(a.status) - rank(b.status) || b.jobs - a.jobs);
}

export function jobsIn(counts: readonly Count[], ...statuses: string[]): number {
  return counts.reduce((sum, count) => sum + (statuses.includes(count.status) ? count.jobs : 0), 0);
}

/** Splits the status "failed" into messages that we did not send and messages that failed at the carrier. */
export function failures(counts: readonly Count[]): { refused: number; failed: number } {
  const failed = counts.reduce(
    (sum, count) => sum + (count.status === "failed" && failedAtCarrier(count.reason) ? count.jobs : 0),
    0,
  );
  return { refused: jobsIn(counts, "failed") - failed, failed };
}

/** Returns the address of the list with the messages of one count. Of what holds all it has all that are queued. */
export function messagesHref(campaignId: string, count: Count): string {
  const search = new URLSearchParams({ campaignId, status: count.status });
  const holdsAll = count.status === "queued" && HOLDS.includes(count.reason);
  if (count.reason !== "" && !holdsAll) search.set("reason", count.reason);
  return `/messages?${search}`;
}

/** Whether the campaign has ended. */
export const isOver = (status: string): boolean => status === "completed" || status === "canceled";
