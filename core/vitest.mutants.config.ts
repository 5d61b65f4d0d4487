/**
 * The tests that Stryker runs against each mutant: all except the differential test over every zone. That one takes
 * seconds, and the table of cases covers the same rules. A plain object, because core imports no test tool.
 */
export default {
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.data/**", "time/quiet-hours-every-zone.test.ts"],
    testTimeout: 30_000,
  },
};
