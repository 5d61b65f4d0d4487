import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALERT_RULE_NAMES, alertRule, isEvent } from "./rules.ts";
import { type ActiveAlert, nextStep, type Transition } from "./transition.ts";

const start = new Date("2026-11-25T02:00:00Z");
const after = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
const RULE = { holdsForSeconds: 600 };
const pending = (change: Partial<ActiveAlert> = {}): ActiveAlert => ({
  state: "pending",
  since: start,
  evaluatedAt: start,
  clearSince: null,
  ...change,
});
const open = (change: Partial<ActiveAlert> = {}): ActiveAlert => pending({ state: "open", ...change });

describe("opening", () => {
  test("becomes pending, then open at exactly its time", () => {
    expect(nextStep(RULE, null, false, start)).toEqual({ to: "none" });
    expect(nextStep(RULE, null, true, start)).toEqual({ to: "pending", since: start });
    expect(nextStep(RULE, pending({ evaluatedAt: after(590) }), true, after(599))).toEqual({
      to: "pending",
      since: start,
    });
    expect(nextStep(RULE, pending({ evaluatedAt: after(590) }), true, after(600))).toEqual({
      to: "opened",
      since: start,
    });
  });

  test("starts again after a break", () => {
    expect(nextStep(RULE, pending({ evaluatedAt: after(590) }), false, after(599))).toEqual({
      to: "forgotten",
    });
  });

  test("a rule without a time opens at once", () => {
    expect(nextStep({ holdsForSeconds: 0 }, null, true, start)).toEqual({ to: "opened", since: start });
  });

  test("a gap between evaluations proves nothing", () => {
    expect(nextStep(RULE, pending({ evaluatedAt: after(480) }), true, after(600))).toEqual({
      to: "opened",
      since: start,
    });
    expect(nextStep(RULE, pending({ evaluatedAt: after(479) }), true, after(600))).toEqual({
      to: "pending",
      since: after(600),
    });
  });
});

describe("resolving", () => {
  test("stays open while the condition holds, and resets its clearing", () => {
    expect(nextStep(RULE, open({ clearSince: start }), true, after(10))).toEqual({
      to: "open",
      clearSince: null,
    });
  });

  test("clears for five minutes first", () => {
    expect(nextStep(RULE, open(), false, after(10))).toEqual({ to: "open", clearSince: after(10) });
    const clearing = open({ clearSince: start, evaluatedAt: after(290) });
    expect(nextStep(RULE, clearing, false, after(299))).toEqual({ to: "open", clearSince: start });
    expect(nextStep(RULE, clearing, false, after(300))).toEqual({ to: "resolved" });
  });

  test("does not count a gap between evaluations", () => {
    const clearing = open({ clearSince: start, evaluatedAt: after(100) });
    expect(nextStep(RULE, clearing, false, after(300))).toEqual({ to: "open", clearSince: after(300) });
  });
});

test("a flickering condition opens an alert once and resolves it once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 400 }),
      fc.constantFrom(0, 300, 600),
      (looks, holdsForSeconds) => {
        let active: ActiveAlert | null = null;
        const notices: string[] = [];
        looks.forEach((holds, at) => {
          const now = after(at * 15);
          const step = nextStep({ holdsForSeconds }, active, holds, now);
          if (step.to === "opened" || step.to === "resolved") notices.push(step.to);
          active = activeAfter(step, active, now);
        });
        expect(notices).toEqual(notices.map((_, at) => (at % 2 === 0 ? "opened" : "resolved")));
      },
    ),
  );
});

function activeAfter(step: Transition, before: ActiveAlert | null, now: Date): ActiveAlert | null {
  if (step.to === "pending") return pending({ since: step.since, evaluatedAt: now });
  if (step.to === "opened") return open({ since: step.since, evaluatedAt: now });
  if (step.to === "open")
    return open({ since: before!.since, evaluatedAt: now, clearSince: step.clearSince });
  return null;
}

test("the runbook's alert conditions, with its severities and times", () => {
  const table = ALERT_RULE_NAMES.map((name) => [
    name,
    alertRule(name).severity,
    alertRule(name).holdsForSeconds,
  ]);
  expect(table).toEqual([
    ["delivery-rate-critical", "critical", 600],
    ["queue-depth", "critical", 300],
    ["database-connection", "critical", 0],
    ["delivery-rate-low", "warning", 600],
    ["opt-out-rate", "warning", 0],
    ["webhook-lag", "warning", 300],
    ["failure-rate", "warning", 600],
    ["automatic-answers", "warning", 0],
    ["backup-age", "warning", 0],
    ["suppression-list", "warning", 0],
    ["first-part", "warning", 0],
    ["report-drift", "warning", 0],
    ["budget", "info", 0],
    ["warm-up-limit", "info", 0],
    ["import-completed", "info", 0],
  ]);
  expect(ALERT_RULE_NAMES.filter(isEvent)).toEqual(["import-completed"]);
});
