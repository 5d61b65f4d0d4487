import type { ReplyKind } from "@smscrm/core/replies/replies";
import { lookUp } from "../../ui/words/look-up.ts";
import type { Tone } from "../../ui/words/status-words.ts";

interface KindWords {
  label: string;
  tone: Tone;
}

type ShownKind = Exclude<ReplyKind, "ask-a-person" | "partial-opt-out" | "none"> | "opted-out-by-link";

/** The other three kinds need no badge: a question is asked below the message, and most replies are just text. */
const KINDS = {
  "opt-out": { label: "Opted out", tone: "danger" },
  "opted-out-by-link": { label: "Opted out", tone: "danger" },
  "opt-in": { label: "Replied START", tone: "ok" },
  "wants-texts": { label: "Wants texts again?", tone: "warn" },
  reaction: { label: "Reaction", tone: "quiet" },
  help: { label: "Asked for help", tone: "quiet" },
} as const satisfies Record<ShownKind, KindWords>;

/** From a sender that can't be texted, or before a later START: nothing was put on the do-not-contact list. */
const NOT_RECORDED: KindWords = { label: "Asked to stop", tone: "quiet" };

/**
 * Returns the badge for an inbound message, or undefined if it needs none. `isRecorded`: an opt-out is on the
 * do-not-contact list because of it.
 */
export const kindWords = (kind: string, isRecorded: boolean): KindWords | undefined =>
  kind === "opt-out" && !isRecorded ? NOT_RECORDED : lookUp(KINDS, kind);
