import type { ReplyKind } from "@smscrm/core/replies/replies";
import { lookUp } from "../../ui/words/look-up.ts";
import type { Tone } from "../../ui/words/status-words.ts";

/** The other two kinds need no badge: a question is asked below the message, and most replies are just text. */
const KINDS = {
  "opt-out": { label: "Opted out", tone: "danger" },
  "opt-in": { label: "Replied START", tone: "ok" },
  "wants-texts": { label: "Wants texts again?", tone: "warn" },
  reaction: { label: "Reaction", tone: "quiet" },
  help: { label: "Asked for help", tone: "quiet" },
} as const satisfies Record<Exclude<ReplyKind, "ask-a-person" | "none">, { label: string; tone: Tone }>;

/** Returns the badge for an inbound message, or undefined if it needs none. */
export const kindWords = (kind: string) => lookUp(KINDS, kind);
