import { describe, expect, it } from "vitest";
import { addTotals, closingLine, failuresOf, type Report, totalsOf } from "./totals.ts";

const report: Report = {
  numPassedTests: 4,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [],
};

describe("totals", () => {
  it("are one line", () => {
    expect(closingLine(totalsOf(report, 0))).toBe("4 passed, 0 failed, 1 skipped");
    expect(
      closingLine(addTotals({ passed: 1, failed: 2, skipped: 0 }, { passed: 3, failed: 0, skipped: 0 })),
    ).toBe("4 passed, 2 failed");
  });

  it("count a file that could not be loaded as a failure", () => {
    const broken = { ...report, testResults: [{ status: "failed", assertionResults: [] }] };
    expect(totalsOf(broken, 1).failed).toBe(1);
  });

  it("never say 0 failed if the run failed outside of a test, or left no report", () => {
    expect(totalsOf(report, 1).failed).toBe(1);
    expect(totalsOf(null, 0).failed).toBe(1);
  });

  it("name each failure, with the first line of its reason", () => {
    const testResults = [
      {
        name: "a.test.ts",
        status: "failed",
        assertionResults: [
          { status: "passed", fullName: "a holds" },
          { status: "failed", fullName: "a breaks", failureMessages: ["expected 1\n  at line 2"] },
        ],
      },
      { name: "b.test.ts", status: "failed", message: "no such module\nat", assertionResults: [] },
    ];
    expect(failuresOf({ ...report, testResults })).toEqual([
      "a.test.ts: a breaks: expected 1",
      "b.test.ts: no such module",
    ]);
    expect(failuresOf(null)).toEqual(["the run left no report"]);
  });
});
