import { field } from "../rest/form.ts";
import type { Ledger } from "./ledger.ts";
import { failedFeeMicros } from "./prices.ts";

/** The ledger in numbers. Money in millionths of a dollar. */
export interface LedgerSummary {
  requests: number;
  creates: number;
  /** Creates that became a message, whatever the client was answered. */
  accepted: number;
  refused: number;
  /** Refusals by Twilio code. */
  byCode: Record<string, number>;
  /** Accepted messages by their current status. */
  byStatus: Record<string, number>;
  segments: number;
  /** What the account was charged: sent messages, and fees for failed ones. */
  chargedMicros: number;
  /** Accepted creates whose StatusCallback path was in an earlier accepted create: each is a text sent twice. */
  duplicates: number;
  /** Creates, accepted or not, whose StatusCallback path had been seen before. */
  repeats: number;
  callbacks: { answered: number; failed: number; lost: number; attempts: number };
  firstReceivedAt: number | null;
  lastReceivedAt: number | null;
}

/** Summarises the ledger in one pass: half a million entries take well under a second. */
export function summarise(ledger: Ledger): LedgerSummary {
  const summary = emptySummary(ledger);
  const seen = new Map<string, boolean>();
  for (const entry of ledger.all()) {
    if (entry.kind !== "create") continue;
    summary.creates += 1;
    summary.firstReceivedAt ??= entry.receivedAt;
    summary.lastReceivedAt = entry.receivedAt;
    const message = entry.message;
    const path = entry.form === null ? undefined : callbackPath(field(entry.form, "StatusCallback"));
    if (path !== undefined) {
      const acceptedBefore = seen.get(path);
      if (acceptedBefore !== undefined) summary.repeats += 1;
      if (acceptedBefore === true && message !== null) summary.duplicates += 1;
      seen.set(path, acceptedBefore === true || message !== null);
    }
    if (message === null) {
      summary.refused += 1;
      if (entry.code !== null) count(summary.byCode, String(entry.code));
      continue;
    }
    summary.accepted += 1;
    count(summary.byStatus, message.status);
    summary.segments += message.segments;
    summary.chargedMicros +=
      message.priceMicros ?? (message.status === "failed" ? failedFeeMicros(message.errorCode) : 0);
    for (const callback of entry.callbacks ?? []) {
      if (callback.lost) summary.callbacks.lost += 1;
      else if (callback.http >= 200 && callback.http < 300) summary.callbacks.answered += 1;
      else summary.callbacks.failed += 1;
      summary.callbacks.attempts += callback.attempts;
    }
  }
  return summary;
}

function emptySummary(ledger: Ledger): LedgerSummary {
  return {
    requests: ledger.size(),
    creates: 0,
    accepted: 0,
    refused: 0,
    byCode: {},
    byStatus: {},
    segments: 0,
    chargedMicros: 0,
    duplicates: 0,
    repeats: 0,
    callbacks: { answered: 0, failed: 0, lost: 0, attempts: 0 },
    firstReceivedAt: null,
    lastReceivedAt: null,
  };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Returns the path of a StatusCallback without its `#` overrides: it contains the attempt's id. */
function callbackPath(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const withoutFragment = url.split("#", 1)[0]!;
  return withoutFragment.replace(/^https?:\/\/[^/]*/, "");
}
