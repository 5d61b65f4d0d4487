/**
 * The tests that Stryker runs against each mutant: all but the differential one over every zone, which takes
 * seconds and whose promises the table of cases keeps too. A plain object, because core imports no test tool.
 */
export default {
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.data/**", "quiet-hours-every-zone.test.ts"],
    testTimeout: 30_000,
  },
};
