import type { ListedApproval } from "../../../data/campaigns/approvals.ts";
import type { Words } from "../../../ui/words/status-words.ts";

type Status = ListedApproval["status"];

const WORDS: Record<Status, Words> = {
  open: { label: "Waiting", tone: "accent", meaning: "Waits for a second person" },
  approved: { label: "Approved", tone: "ok", meaning: "May be launched as it was seen" },
  returned: { label: "Returned", tone: "warn", meaning: "Came back with a comment" },
  withdrawn: { label: "Withdrawn", tone: "quiet", meaning: "Taken back before anybody decided" },
  void: { label: "No longer valid", tone: "quiet", meaning: "The campaign changed since" },
  used: { label: "Launched", tone: "ok", meaning: "The campaign was launched as approved" },
};

export const approvalWords = (status: Status): Words => WORDS[status];

const ENDS: Record<NonNullable<ListedApproval["endReason"]>, string> = {
  changed: "The campaign was changed afterwards.",
  launched: "The campaign was launched.",
  scheduled: "The campaign was scheduled for another time.",
  unscheduled: "The campaign was unscheduled.",
  canceled: "The campaign was canceled.",
  withdrawn: "The request was withdrawn.",
  "asked-again": "Somebody asked again.",
};

/** Returns why a request is over, as a sentence; null while it isn't. */
export const endWords = ({ endReason }: Pick<ListedApproval, "endReason">): string | null =>
  endReason && ENDS[endReason];
