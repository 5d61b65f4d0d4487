import type { BulkAction } from "../../../data/contacts/bulk.ts";
import type { Tone } from "../../../ui/words/status-words.ts";

const STATUSES: Readonly<Record<BulkAction["status"], { label: string; tone: Tone }>> = {
  queued: { label: "Waiting", tone: "quiet" },
  running: { label: "Running", tone: "accent" },
  completed: { label: "Done", tone: "ok" },
  failed: { label: "Stopped", tone: "danger" },
  canceled: { label: "Canceled", tone: "quiet" },
};

/** Returns how far an action is, or its undo once that was asked for. */
export function bulkStatusWords({ status, undoStatus, undo }: BulkAction): { label: string; tone: Tone } {
  if (undoStatus === null) return STATUSES[status];
  if (undoStatus === "failed") return { label: "Undo stopped", tone: "danger" };
  if (undoStatus !== "completed") return { label: "Undoing", tone: "accent" };
  return undo && undo.kept > 0
    ? { label: "Partly undone", tone: "warn" }
    : { label: "Undone", tone: "quiet" };
}
