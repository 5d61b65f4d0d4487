import type { Progress } from "../../data/campaigns.ts";

export type Count = Progress["counts"][number];

/** From what still has to happen to what is over: the order in which an operator reads it. */
const ORDER = ["queued", "sending", "unknown", "sent", "delivered", "failed", "canceled"];

/** Counts in reading order; within a status the biggest first. */
export function sortedCounts(counts: readonly Count[]): Count[] {
  const rank = (status: string) => ORDER.indexOf(status) + 1 || ORDER.length + 1;
  return [...counts]
    .filter((count) => count.jobs > 0)
    .sort((a, b) => rank(a.status) - rank(b.status) || b.jobs - a.jobs);
}

export function jobsIn(counts: readonly Count[], ...statuses: string[]): number {
  return counts.reduce((sum, count) => sum + (statuses.includes(count.status) ? count.jobs : 0), 0);
}

const AT_CARRIER = ["Undelivered", "Provider error"];

/** Refused by a gate of ours, and failed at the carrier: one status, two things. */
export function failures(counts: readonly Count[]): { refused: number; failed: number } {
  const failed = counts.reduce(
    (sum, count) => sum + (count.status === "failed" && AT_CARRIER.includes(count.reason) ? count.jobs : 0),
    0,
  );
  return { refused: jobsIn(counts, "failed") - failed, failed };
}

/** The list that holds exactly the messages of one count. */
export function messagesHref(campaignId: string, count: Count): string {
  const search = new URLSearchParams({ campaignId, status: count.status });
  if (count.reason !== "") search.set("reason", count.reason);
  return `/messages?${search}`;
}

/** Nothing of it changes any more. */
export const isOver = (status: string): boolean => status === "completed" || status === "canceled";
