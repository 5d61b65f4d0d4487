import type { Progress } from "../../../data/campaigns.ts";
import { failedAtCarrier } from "../../../ui/words/status-words.ts";

export type Count = Progress["counts"][number];

/** In the order of a message's life. */
const ORDER = ["queued", "sending", "unknown", "sent", "delivered", "failed", "canceled"];

/** Sorts the counts by status, then the biggest first. */
export function sortedCounts(counts: readonly Count[]): Count[] {
  const rank = (status: string) => ORDER.indexOf(status) + 1 || ORDER.length + 1;
  return [...counts]
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

/** Returns the address of the list with exactly the messages of one count. */
export function messagesHref(campaignId: string, count: Count): string {
  const search = new URLSearchParams({ campaignId, status: count.status });
  if (count.reason !== "") search.set("reason", count.reason);
  return `/messages?${search}`;
}

/** Whether the campaign has ended. */
export const isOver = (status: string): boolean => status === "completed" || status === "canceled";
