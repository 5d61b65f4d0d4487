import {
  type ReplyCounts,
  type ReplyShift,
  replySummary,
  type UnknownReply,
} from "@smscrm/core/replay/reply-replay";
import type { ReplyKind } from "@smscrm/core/replies/replies";
import { formatCount } from "../../../ui/words/format.ts";

export const KIND_WORDS: Readonly<Record<ReplyKind, string>> = {
  "opt-out": "Opt-out",
  "opt-in": "START",
  help: "Request for help",
  "ask-a-person": "Possible opt-out",
  "partial-opt-out": "Wants fewer texts",
  "wants-texts": "May want texts again",
  reaction: "Reaction",
  none: "Ordinary reply",
};

/** Returns what other words would have changed, in one sentence. */
export function repliesSentence(counts: ReplyCounts | undefined, period: string): string {
  if (!counts || counts.compared === 0)
    return `${period} no reply can be compared, so there is nothing to tell.`;
  const { heard, unheard, askedMore, askedLess } = replySummary(counts);
  const found = [
    heard > 0 && `${formatCount(heard)} more ${replies(heard)} would have been heard as an opt-out`,
    askedMore > 0 && `${formatCount(askedMore)} more would have been asked of a person`,
    askedLess > 0 && `${formatCount(askedLess)} fewer would have been asked of a person`,
    unheard > 0 &&
      `${formatCount(unheard)} ${unheard === 1 ? "opt-out" : "opt-outs"} would not have been heard`,
  ].filter((part) => part !== false);
  if (found.length > 0) return `${period} ${LIST.format(found)}.`;
  return counts.shifts.length > 0
    ? `${period} no opt-out and no question to a person would have changed.`
    : `${period} these words would have changed nothing.`;
}

const LIST = new Intl.ListFormat("en", { type: "conjunction" });
const replies = (count: number) => (count === 1 ? "reply" : "replies");

/** Returns the changes of meaning, those of most replies first. */
export function shiftsOf(shifts: readonly ReplyShift[]): ReplyShift[] {
  return [...shifts].sort(
    (a, b) => b.replies - a.replies || KIND_WORDS[a.from].localeCompare(KIND_WORDS[b.from]),
  );
}

const UNKNOWN: Readonly<Record<UnknownReply, string>> = {
  before: "from before smscrm stored what a replay needs",
  text: "whose text, or a text before it, was deleted since",
  differs: "that another version of smscrm heard, or that the facts on record don’t explain",
};

/** Returns the replies that can't be compared, each reason in words; empty: all could. */
export function unknownReplyLines(unknown: ReplyCounts["unknown"]): string[] {
  return (Object.keys(UNKNOWN) as UnknownReply[])
    .filter((reason) => unknown[reason])
    .map((reason) => `${formatCount(unknown[reason]!)} ${UNKNOWN[reason]}`);
}
