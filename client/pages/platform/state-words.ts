import type { OrganisationRow } from "../../data/platform.ts";
import type { Words } from "../../ui/words/status-words.ts";

/** Returns whether an organisation can send, in words. */
export function stateWords(row: Pick<OrganisationRow, "closedAt" | "suspendedAt" | "pausedAt">): Words {
  if (row.closedAt) return { label: "Closed", tone: "quiet", meaning: "Nobody can sign in there." };
  if (row.suspendedAt) {
    return { label: "Suspended", tone: "danger", meaning: "Only the platform can reinstate it." };
  }
  if (row.pausedAt) return { label: "Paused", tone: "warn", meaning: "Its members paused sending." };
  return { label: "Active", tone: "ok", meaning: "It can send." };
}
