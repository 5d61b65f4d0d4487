/** The result of a run of checks. */
export type Totals = { passed: number; failed: number; skipped: number };

/** The parts of vitest's JSON report that totals need. */
export type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
  testResults: {
    name?: string;
    status: string;
    message?: string;
    assertionResults: { status?: string; fullName?: string; failureMessages?: string[] | null }[];
  }[];
};

/**
 * Totals of a vitest run. A file that could not be loaded has no tests to count, and a run may fail outside of any
 * test. Neither may read as "0 failed".
 */
export function totalsOf(report: Report | null, exitCode: number | null): Totals {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    (each) => each.status === "failed" && each.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + brokenFiles.length;
  return {
    passed: report.numPassedTests,
    failed: exitCode === 0 ? failed : Math.max(failed, 1),
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** Returns a line for each failed test and each file that could not be loaded, with the first line of the reason. */
export function failuresOf(report: Report | null): string[] {
  if (!report) return ["the run left no report"];
  return report.testResults.flatMap(({ name = "", status, message = "", assertionResults }) => {
    if (status === "failed" && assertionResults.length === 0) return [`${name}: ${firstLine(message)}`];
    return assertionResults
      .filter((test) => test.status === "failed")
      .map((test) => `${name}: ${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? "")}`);
  });
}

const firstLine = (text: string) => (text.split("\n")[0] ?? "").slice(0, 300);

export function addTotals(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Returns the last line for people and CI: `412 passed, 0 failed`. */
export function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
