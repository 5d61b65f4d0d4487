import type { ListedDraft } from "../../data/rules/law-drafts.ts";
import type { Words } from "../../ui/words/status-words.ts";

/** Returns how far a draft is. */
export function changeState({
  status,
  replayState,
  isStale,
}: Pick<ListedDraft, "status" | "replayState" | "isStale">): Omit<Words, "meaning"> {
  if (status === "active") return { label: "Activated", tone: "ok" };
  if (status === "withdrawn") return { label: "Withdrawn", tone: "quiet" };
  if (isStale) return { label: "Overtaken", tone: "warn" };
  if (replayState === "done") return { label: "Shadow mode", tone: "accent" };
  if (replayState === "timed-out") return { label: "Replay stopped", tone: "warn" };
  return replayState === "canceled"
    ? { label: "Replay canceled", tone: "quiet" }
    : { label: "Replaying", tone: "accent" };
}
