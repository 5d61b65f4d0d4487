/**
 * Which folder may import which. A boundary that is checked from the first commit stays one.
 * core decides, db remembers, worker acts, server exposes, client shows; infra is what they run on.
 */
const inside = (...folders) => `^(${folders.join("|")})/`;
const rule = (name, from, forbidden, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: inside(from) },
  to: { path: inside(...forbidden) },
});

module.exports = {
  forbidden: [
    rule(
      "core-imports-only-itself",
      "core",
      ["db", "worker", "server", "client", "infra", "scripts"],
      "facts in, verdict out",
    ),
    rule("db-imports-only-core", "db", ["worker", "server", "client", "infra", "scripts"], "db remembers"),
    rule(
      "worker-imports-core-and-db",
      "worker",
      ["server", "client", "scripts"],
      "they meet in rows and tickets",
    ),
    rule(
      "server-imports-core-and-db",
      "server",
      ["worker", "client", "scripts"],
      "they meet in rows and tickets",
    ),
    {
      name: "infra-only-in-tests",
      comment: "The simulator is a program; only a test may start it inside its own process.",
      severity: "error",
      from: { path: inside("worker", "server"), pathNot: "\\.test\\.ts$|/testing/" },
      to: { path: inside("infra") },
    },
    rule(
      "infra-stands-alone",
      "infra",
      ["core", "db", "worker", "server", "client", "scripts"],
      "what the program runs on",
    ),
    {
      name: "client-imports-only-core",
      severity: "error",
      from: { path: inside("client") },
      to: { path: inside("db", "worker", "infra", "scripts") },
    },
    {
      name: "client-takes-only-types-of-server",
      severity: "error",
      from: { path: inside("client") },
      to: { path: inside("server"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-is-pure",
      comment:
        "No clock, randomness or I/O: Node's own modules and every third party but these three are out.",
      severity: "error",
      from: { path: inside("core"), pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-third-parties",
      severity: "error",
      from: { path: inside("core"), pathNot: "\\.test\\.ts$" },
      to: { path: "node_modules", pathNot: "node_modules/(\\.pnpm/)?(zod|luxon|libphonenumber-js|@types)" },
    },
    {
      name: "sql-lives-in-db",
      comment: "Only db talks to PostgreSQL; pg is there because BullMQ's own backend needs it.",
      severity: "error",
      from: { path: inside("worker", "server", "client"), pathNot: "(^worker/queue/|\\.test\\.ts$)" },
      to: { path: "node_modules/(\\.pnpm/)?(postgres|pg|drizzle-orm)(@|/)" },
    },
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(bun|bun:.*|virtual:.*)$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|\\.data|artefacts)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "bun", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".cjs", ".json"],
    },
  },
};
