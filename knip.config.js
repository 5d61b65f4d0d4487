/**
 * Nothing that nobody uses: files, exports, dependencies. `pnpm check` asks twice: for all that is here, and with
 * --production for what the product itself uses, so that an export for tests alone is found as well.
 */
const product = process.argv.includes("--production");

/** Files with exports that the product itself does not use, and why they stay. */
const STAYS = {
  // Public import paths (core/README.md): others use what they export.
  "core/{text/segments,time/quiet-hours,replies/replies}.ts": ["exports", "types"],
  // Stryker reads its default export.
  "core/vitest.mutants.config.ts": ["exports"],
};
const STAYS_FOR_TESTS = {
  // Lists that tests go through from end to end: each reason, rule and gate has its words and its case.
  "core/{alerts/rules,gates/index,process/second-factor,send/send-job,text/language}.ts": [
    "exports",
    "types",
  ],
  // Tables of law and standards, and what is worked out from them: tests hold them against a second source.
  "core/{text/gsm7,time/public-holidays,time/quiet-hours-presets,time/wall-clock}.ts": ["exports", "types"],
  // docs/law.md is written from it, by a script and not by the product.
  "core/law/law-document.ts": ["exports"],
  "infra/simulator/messages/throughput.ts": ["exports"],
  // How far one word is from another: `closestName` shows only whether it is near enough.
  "core/text/spelling.ts": ["exports"],
  // The proofs write country names, start a simulator's account and look for a port's holder with them.
  "core/{contacts/country-name,process/environment}.ts": ["exports"],
  "infra/embedded-postgres/port.ts": ["exports"],
  // The simulator's own tests drive it with these, as its README says.
  "infra/simulator/{clock,rest/sdk-client,webhooks/webhook-receiver}.ts": ["exports", "types"],
  "**/{testing,fixtures}/**": ["exports", "types"],
};

const code = (...more) => ["**/*.ts!", "!**/*.test.ts!", "!**/{testing,fixtures}/**!", ...more];

export default {
  // Each package exports all of its files, so an export counts only where something imports it.
  includeEntryExports: true,
  ignoreIssues: { ...STAYS, ...(product && STAYS_FOR_TESTS) },
  // Programs of the system: .ci/run installs them.
  ignoreBinaries: ["openssl", "pg_basebackup", "pgbouncer", "redis-cli", "redis-server", "taskset"],
  workspaces: {
    // The Node that `smoke --runtime node` starts.
    ".": { project: ["*.{js,ts,cjs}"], ignoreDependencies: ["node"] },
    core: { project: code() },
    db: { project: code() },
    worker: { project: code() },
    // Resolved while it runs: the font of evidence packs.
    server: { project: code(), ignoreDependencies: ["@fontsource/unifont"] },
    client: { project: ["**/*.{ts,tsx,css}!", "!**/*.test.ts!"] },
    // Resolved while it runs, to find the package with this machine's binaries.
    infra: { project: code(), ignoreDependencies: ["embedded-postgres"] },
    scripts: {
      entry: [
        "{start,demo,ops,doctor,verify-evidence}.ts!",
        "sample/generate.ts!",
        "start/fixtures/{part,run,supervised-run}.ts",
        "proof/*.ts",
        "proof/bench/send/{bare-loop,carrier,drain,job-per-message,no-op-drain}.ts",
        "proof/bench/webhook/{baseline-server,load}.ts",
        "proof/bench/fair/{attacker,event-loop,neighbour,spin}.ts",
        "proof/data/country-names.ts",
        "proof/journeys/{page-pictures,page-speed}.ts",
        "proof/pages/*.ts",
        "proof/torture/failpoints/failpoint.ts",
      ],
      project: code("!proof/**!"),
    },
  },
};
