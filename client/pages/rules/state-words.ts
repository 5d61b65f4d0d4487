import type { ListedChange } from "../../data/rules/rules.ts";
import type { Words } from "../../ui/words/status-words.ts";

/** Returns how far a draft is. */
export function changeState({
  status,
  replayState,
  isStale,
}: Pick<ListedChange, "status" | "replayState" | "isStale">): Omit<Words, "meaning"> {
  if (status === "active") return { label: "Activated", tone: "ok" };
  if (status === "withdrawn") return { label: "Withdrawn", tone: "quiet" };
  if (isStale) return { label: "Overtaken", tone: "warn" };
  if (replayState === "done") return { label: "Shadow mode", tone: "accent" };
  return replayState === "canceled"
    ? { label: "Replay canceled", tone: "quiet" }
    : { label: "Replaying", tone: "accent" };
}
