import { expect, test } from "vitest";
import type { Alert, Finding } from "../../data/alerts.ts";
import { budgetWords, byIssue, notifiedWords, runbookHref } from "./alert-words.ts";

const alert = (change: Partial<Alert>) =>
  ({ severity: "critical", channel: null, notifiedAt: null, notifyProblem: null, ...change }) as Alert;
const notifiedAt = "2026-11-25T02:00:00Z";

test("says where an alert was sent, and when nobody was notified", () => {
  expect(notifiedWords(alert({ channel: "pagerduty", notifiedAt }))).toBe("Sent to PagerDuty");
  expect(notifiedWords(alert({ channel: "slack", notifiedAt, severity: "warning" }))).toBe("Sent to Slack");
  expect(notifiedWords(alert({ channel: "log", notifiedAt, severity: "info" }))).toBe("Logged");
  expect(notifiedWords(alert({ channel: "log", notifiedAt }))).toMatch(/Nobody was notified/);
  expect(notifiedWords(alert({ notifyProblem: "slack: HTTP 503" }))).toBe(
    "Not sent yet (slack: HTTP 503). We are trying again.",
  );
  expect(notifiedWords(alert({}))).toBe("Sending…");
});

test("links to the section of the runbook", () => {
  expect(runbookHref({ section: "Issue: High failure rate" })).toBe(
    "/runbook.md#:~:text=Issue%3A%20High%20failure%20rate",
  );
});

test("shows how much of the error budget is left", () => {
  expect([1, 0.999, 0.5, 0, -0.1].map(budgetWords)).toEqual([
    "100 % of the error budget left",
    "99 % of the error budget left",
    "50 % of the error budget left",
    "0 % of the error budget left",
    "error budget overspent",
  ]);
});

test("groups findings by issue, in their order", () => {
  const finding = (title: string, says: string) => ({ title, says }) as Finding;
  const findings = [finding("A", "1"), finding("B", "2"), finding("A", "3")];
  expect(byIssue(findings).map(({ title, steps }) => [title, steps.map(({ says }) => says)])).toEqual([
    ["A", ["1", "3"]],
    ["B", ["2"]],
  ]);
});
