import type { Alert, Finding } from "../../data/alerts.ts";

type Tone = "danger" | "warn" | "quiet";

/** Severity as a person reads it, with the colour that says the same. */
export const SEVERITY: Record<Alert["severity"], { label: string; tone: Tone; means: string }> = {
  critical: { label: "Critical", tone: "danger", means: "Somebody is paged" },
  warning: { label: "Warning", tone: "warn", means: "The team's channel is told" },
  info: { label: "Information", tone: "quiet", means: "In the log and here" },
};

const CHANNEL = { pagerduty: "PagerDuty", slack: "Slack", log: "the log" } as const;

/** Who was told, or why nobody was yet. */
export function toldWords({ channel, toldAt, tellProblem, severity }: Alert): string {
  if (toldAt && channel === "log" && severity !== "info")
    return "Nobody was told: neither PagerDuty nor Slack is set up";
  if (toldAt && channel) return `Told to ${CHANNEL[channel]}`;
  return tellProblem ? `Not told yet (${tellProblem}); it is tried again` : "Being told";
}

/** Where the section begins, in the runbook as the server shows it. */
export function runbookHref({ section }: Pick<Alert, "section">): string {
  return `/runbook.md#:~:text=${encodeURIComponent(section)}`;
}

/** What is left of the bad events that an objective allows. */
export function budgetWords(budgetLeft: number): string {
  if (budgetLeft < 0) return "error budget overspent";
  return `${Math.floor(budgetLeft * 100)} % of the error budget left`;
}

/** The findings under the issue that they belong to, in the order in which they come. */
export function byIssue(findings: readonly Finding[]): { title: string; steps: Finding[] }[] {
  const titles = [...new Set(findings.map(({ title }) => title))];
  return titles.map((title) => ({ title, steps: findings.filter((finding) => finding.title === title) }));
}
