import type { UnknownReason } from "./replay.ts";
import { decisionsOf, type StoredDecision } from "./stored-decision.ts";

/** A message with its decisions, as the database has it. */
export interface StoredMessage {
  id: string;
  tenantId: string;
  campaignId: string;
  phoneE164: string;
  country: string | null;
  /** Of the last claim; null: there was none. */
  segments: number | null;
  priceMicros: number | null;
  status: string;
  verdict: unknown;
  /** When it was last sent, refused or changed: the time of a decision whose facts are not known. */
  changedAt: Date;
  /** Submissions before the last one, whose facts the last one replaced. */
  sentBefore: number;
}

/**
 * The decisions that a replay looks at: those after `since`, until `until`. It counts those after `from`; what it finds
 * before that, an earlier tally has counted.
 */
export interface ReplayWindow {
  since: Date;
  from: Date;
  until: Date;
}

export type FoundDecision = { counts: boolean } & (
  | { kind: "known"; decision: StoredDecision; wasSent: boolean }
  | { kind: "unknown"; reason: UnknownReason }
);

/** Returns a message's decisions in the window, oldest first. Those that can't be replayed are there, with the reason. */
export function decisionsIn(message: StoredMessage, window: ReplayWindow): FoundDecision[] {
  const found: FoundDecision[] = Array.from({ length: message.sentBefore }, () => ({
    ...{ kind: "unknown", reason: "sent-again", counts: true },
  }));
  const decisions = decisionsOf(message.verdict);
  const unknown = unknownReason(message, decisions !== null);
  if (unknown) {
    const { changedAt } = message;
    if (isIn(window, changedAt)) {
      found.push({ kind: "unknown", reason: unknown, counts: changedAt > window.from });
    }
    return found;
  }
  const all = decisions ?? [];
  for (const [index, decision] of all.entries()) {
    const wasSent = decision.kind === "send";
    // The worker gave it back unsent. The next decision about it counts.
    if (wasSent && index === all.length - 1 && isUnsent(message)) continue;
    if (!isIn(window, decision.at)) continue;
    found.push({ kind: "known", decision, wasSent, counts: decision.at > window.from });
  }
  return found;
}

const isIn = ({ since, until }: ReplayWindow, at: Date) => at > since && at <= until;
/** Whether no claim has decided about it: a launch only writes until when it waits for its send time. */
const isUndecided = (verdict: unknown) =>
  verdict === null || (verdict as { gate?: unknown }).gate === "send-time";
const isUnsent = ({ status }: StoredMessage) => status === "queued" || status === "canceled";

/** Why none of a message's decisions can be replayed; null: they can, or there is none yet. */
function unknownReason(message: StoredMessage, isReadable: boolean): UnknownReason | null {
  if (message.phoneE164.startsWith("erased:")) return "erased";
  if (isReadable || (isUnsent(message) && isUndecided(message.verdict))) return null;
  return "before";
}
