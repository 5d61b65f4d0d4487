import { describe, expect, it } from "vitest";
import { filesToTryAgain, withoutFiles } from "./second-try.ts";
import { type Report, totalsOf } from "./totals.ts";

const journey = "/a/scripts/proof/journeys/inbox.test.ts";
const other = "/a/db/claim.test.ts";
const file = (name: string, ...status: string[]) => ({
  name,
  status: status.includes("failed") ? "failed" : "passed",
  assertionResults: status.map((each) => ({ status: each, fullName: each })),
});
const reportOf = (...testResults: Report["testResults"]): Report => {
  const all = testResults.flatMap((each) => each.assertionResults);
  const count = (status: string) => all.filter((test) => test.status === status).length;
  return {
    numPassedTests: count("passed"),
    numFailedTests: count("failed"),
    numPendingTests: count("pending"),
    testResults,
  };
};

describe("a second try", () => {
  it("is for browser journeys only, and only if nothing else failed", () => {
    expect(filesToTryAgain(reportOf(file(journey, "passed", "failed"), file(other, "passed")))).toEqual([
      journey,
    ]);
    expect(filesToTryAgain(reportOf(file(journey, "failed"), file(other, "failed")))).toEqual([]);
    expect(filesToTryAgain(reportOf(file(other, "failed")))).toEqual([]);
    expect(filesToTryAgain(reportOf(file(journey, "passed")))).toEqual([]);
    expect(filesToTryAgain(null)).toEqual([]);
  });

  it("counts a journey that could not be loaded", () => {
    const broken = { name: journey, status: "failed", message: "no such module", assertionResults: [] };
    expect(filesToTryAgain(reportOf(broken))).toEqual([journey]);
  });

  it("counts the other files once", () => {
    const report = reportOf(file(journey, "passed", "failed", "pending"), file(other, "passed", "pending"));
    expect(totalsOf(withoutFiles(report, [journey]), 0)).toEqual({ passed: 1, failed: 0, skipped: 1 });
  });
});
