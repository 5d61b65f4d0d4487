import type { Alert, Finding } from "../../data/alerts.ts";
import type { Words } from "../../ui/words/status-words.ts";

/** The label, colour and meaning of each severity. */
export const SEVERITY: Record<Alert["severity"], Words> = {
  critical: {
    label: "Critical",
    tone: "danger",
    meaning: "Sent to PagerDuty, which pages the person on call",
  },
  warning: { label: "Warning", tone: "warn", meaning: "Posted to the team's Slack channel" },
  info: { label: "Information", tone: "quiet", meaning: "Written to the log and shown here" },
};

const CHANNEL = { pagerduty: "PagerDuty", slack: "Slack" } as const;

/** Returns where the alert was sent, or why it was not sent yet. */
export function notifiedWords({ channel, notifiedAt, notifyProblem, severity }: Alert): string {
  if (notifiedAt && channel === "log" && severity !== "info")
    return "Logged. Nobody was notified, because neither PagerDuty nor Slack is set up.";
  if (notifiedAt && channel) return channel === "log" ? "Logged" : `Sent to ${CHANNEL[channel]}`;
  return notifyProblem ? `Not sent yet (${notifyProblem}). We are trying again.` : "Sending…";
}

/** Returns the address of the alert's section in the runbook that the server shows. */
export function runbookHref({ section }: Pick<Alert, "section">): string {
  return `/runbook.md#:~:text=${encodeURIComponent(section)}`;
}

/** Returns how much of an objective's error budget is left. */
export function budgetWords(budgetLeft: number): string {
  if (budgetLeft < 0) return "error budget overspent";
  return `${Math.floor(budgetLeft * 100)} % of the error budget left`;
}

/** Groups the findings by issue, in their own order. */
export function byIssue(findings: readonly Finding[]): { title: string; steps: Finding[] }[] {
  const titles = [...new Set(findings.map(({ title }) => title))];
  return titles.map((title) => ({ title, steps: findings.filter((finding) => finding.title === title) }));
}
