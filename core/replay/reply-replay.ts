import { z } from "zod";
import { planReceived } from "../law/added-replies.ts";
import type { RuleBook } from "../law/rule-book.ts";
import type { ReplyKind } from "../replies/replies.ts";

/**
 * What the webhook stores of the facts that a reply's kind depended on, so that it can be read again with other words. The
 * text and its sender are on record beside it. Absent: null, or none.
 */
const replyFacts = z.object({
  /** When it was read. */
  at: z.coerce.date(),
  /** The last revision of the countries' rules that was known. */
  law: z.int(),
  /** The source of the person's do-not-contact entry. */
  listed: z.string().nullable().default(null),
  /** The keyword that the carrier recognised. */
  carrier: z.string().nullable().default(null),
  /** The submissions whose texts may be quoted, newest first. */
  ours: z.array(z.string()).default([]),
});
export type ReplyFacts = z.output<typeof replyFacts>;

/** Returns facts as they are stored: what is null or empty is left out. */
export function storedReplyFacts({ at, law, listed, carrier, ours }: ReplyFacts): Record<string, unknown> {
  return {
    ...{ at: at.toISOString(), law },
    ...(listed !== null && { listed }),
    ...(carrier !== null && { carrier }),
    ...(ours.length > 0 && { ours }),
  };
}

/** Returns stored facts; null: they were not stored yet when the reply came. */
export function replyFactsOf(stored: unknown): ReplyFacts | null {
  return replyFacts.safeParse(stored).data ?? null;
}

/** A reply as it is on record. */
export interface StoredReply {
  id: string;
  tenantId: string;
  from: string;
  /** "": deleted since, as the organisation's retention says. */
  text: string;
  /** What it was heard as. */
  kind: ReplyKind;
  facts: ReplyFacts | null;
  /** The texts of `facts.ours`, without those that are no longer on record. */
  ours: readonly string[];
}

/**
 * Why a reply can't be read again. `before`: it came before its facts were stored. `text`: its text, or one that it may
 * quote, was deleted since. `differs`: its facts and the words of the time don't give what it was heard as, because
 * another version of the program heard it.
 */
export type UnknownReply = "before" | "text" | "differs";

export type ReplyOutcome =
  | { kind: "unknown"; reason: UnknownReply }
  | { kind: "known"; from: ReplyKind; to: ReplyKind };

/**
 * Reads a reply with the words of the time, which must give what it was heard as, and then with other words. It stands
 * alone: who would have been opted out by an earlier reply is not opted out here.
 */
export function replayReply(reply: StoredReply, inForce: RuleBook, proposed: RuleBook): ReplyOutcome {
  const { facts, text, kind, from, ours } = reply;
  if (facts === null) return { kind: "unknown", reason: "before" };
  if (text === "" || ours.length < facts.ours.length) return { kind: "unknown", reason: "text" };
  const received = { from, text, ours, listedBy: facts.listed, optOutType: facts.carrier };
  if (planReceived(received, inForce).kind !== kind) return { kind: "unknown", reason: "differs" };
  return { kind: "known", from: kind, to: planReceived(received, proposed).kind };
}

/** How many replies would have been heard as something else. */
export interface ReplyShift {
  from: ReplyKind;
  to: ReplyKind;
  replies: number;
}

/** The result of a replay of reply words: figures alone. */
export interface ReplyCounts {
  /** Replies that were read again. */
  compared: number;
  shifts: ReplyShift[];
  /** Replies that can't be read again, by reason. */
  unknown: Partial<Record<UnknownReply, number>>;
}

export const noReplyCounts = (): ReplyCounts => ({ compared: 0, shifts: [], unknown: {} });

export function countReply(counts: ReplyCounts, outcome: ReplyOutcome): void {
  if (outcome.kind === "unknown") {
    counts.unknown[outcome.reason] = (counts.unknown[outcome.reason] ?? 0) + 1;
    return;
  }
  counts.compared += 1;
  const { from, to } = outcome;
  if (from === to) return;
  const known = counts.shifts.find((shift) => shift.from === from && shift.to === to);
  if (known) known.replies += 1;
  else counts.shifts.push({ from, to, replies: 1 });
}

/** What people look for in a result. One reply may count twice: as heard more, and as asked about less. */
export interface ReplySummary {
  /** Replies that would have been opt-outs, and were not. */
  heard: number;
  /** Opt-outs that would not have been heard. */
  unheard: number;
  /** Replies that a person would have been asked about, and was not. */
  askedMore: number;
  /** Replies that a person was asked about, and would not have been. */
  askedLess: number;
}

const isOptOut = (kind: ReplyKind) => kind === "opt-out";
const isAsked = (kind: ReplyKind) => kind === "ask-a-person" || kind === "partial-opt-out";

export function replySummary({ shifts }: Pick<ReplyCounts, "shifts">): ReplySummary {
  const count = (counts: (shift: ReplyShift) => boolean) =>
    shifts.filter(counts).reduce((sum, { replies }) => sum + replies, 0);
  return {
    heard: count(({ to }) => isOptOut(to)),
    unheard: count(({ from }) => isOptOut(from)),
    askedMore: count(({ from, to }) => isAsked(to) && !isAsked(from)),
    askedLess: count(({ from, to }) => isAsked(from) && !isAsked(to)),
  };
}

/** Returns what a replay found that other words would not hear any more, one sentence; empty: nothing. */
export function unheardReplies(all: readonly (ReplyCounts | undefined)[]): string[] {
  const unheard = all.reduce((sum, counts) => sum + (counts ? replySummary(counts).unheard : 0), 0);
  if (unheard === 0) return [];
  return [
    `Reply words: ${unheard} ${unheard === 1 ? "opt-out" : "opt-outs"} on record would not have been heard.`,
  ];
}
