import { expect, test } from "vitest";
import type { Alert, Finding } from "../../data/alerts.ts";
import { budgetWords, byIssue, runbookHref, toldWords } from "./alert-words.ts";

const alert = (change: Partial<Alert>) =>
  ({ severity: "critical", channel: null, toldAt: null, tellProblem: null, ...change }) as Alert;
const toldAt = "2026-11-25T02:00:00Z";

test("says who was told, and plainly when nobody was", () => {
  expect(toldWords(alert({ channel: "pagerduty", toldAt }))).toBe("Told to PagerDuty");
  expect(toldWords(alert({ channel: "slack", toldAt, severity: "warning" }))).toBe("Told to Slack");
  expect(toldWords(alert({ channel: "log", toldAt, severity: "info" }))).toBe("Told to the log");
  expect(toldWords(alert({ channel: "log", toldAt }))).toMatch(/^Nobody was told/);
  expect(toldWords(alert({ tellProblem: "slack: HTTP 503" }))).toBe(
    "Not told yet (slack: HTTP 503); it is tried again",
  );
  expect(toldWords(alert({}))).toBe("Being told");
});

test("leads to the section of the runbook", () => {
  expect(runbookHref({ section: "Issue: High failure rate" })).toBe(
    "/runbook.md#:~:text=Issue%3A%20High%20failure%20rate",
  );
});

test("says what is left of the error budget", () => {
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
