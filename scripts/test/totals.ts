/** What a run of checks came to. */
export type Totals = { passed: number; failed: number; skipped: number };

/** The parts of vitest's JSON report that totals need. */
export type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
  testResults: { status: string; assertionResults: unknown[] }[];
};

/**
 * Totals of a vitest run. A file that could not be loaded has no tests to count, and a run may fail outside of any
 * test; neither may read as "0 failed".
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

export function addTotals(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The closing line that people and CI read: `412 passed, 0 failed`. */
export function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
