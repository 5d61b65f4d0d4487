import type { Report } from "./totals.ts";

/** Tests that may be retried: a browser on a busy machine can be late without a fault. */
const MAY_BE_LATE = "/scripts/proof/journeys/";

const hasFailed = ({ status, assertionResults }: Report["testResults"][number]) =>
  status === "failed" || assertionResults.some((test) => test.status === "failed");

/** Returns the failed files if all of them may be retried; none if anything else failed too. */
export function filesToTryAgain(report: Report | null): string[] {
  const failed = report?.testResults.filter(hasFailed).map(({ name = "" }) => name) ?? [];
  return failed.every((name) => name.replaceAll("\\", "/").includes(MAY_BE_LATE)) ? failed : [];
}

/** Returns the report without these files, as if only the others had run. */
export function withoutFiles(report: Report, files: readonly string[]): Report {
  const left = report.testResults.filter(({ name = "" }) => files.includes(name));
  const count = (...status: string[]) =>
    left.flatMap((file) => file.assertionResults).filter((test) => status.includes(test.status ?? "")).length;
  return {
    ...report,
    numPassedTests: report.numPassedTests - count("passed"),
    numFailedTests: report.numFailedTests - count("failed"),
    numPendingTests: report.numPendingTests - count("pending", "skipped"),
    numTodoTests: (report.numTodoTests ?? 0) - count("todo"),
    testResults: report.testResults.filter(({ name = "" }) => !files.includes(name)),
  };
}
