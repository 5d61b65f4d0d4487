import { existsSync, readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const limits = {
  testTimeout: 120_000,
  hookTimeout: 180_000,
  teardownTimeout: 60_000,
  // A second, the default, is too short for a page on a busy machine; a promise about time says its own limit.
  expect: { poll: { timeout: 20_000 } },
};
const exclude = ["**/node_modules/**", "**/dist/**", "**/.data/**"];
const withServer = {
  globalSetup: ["scripts/proof/test/postgres.ts"],
  setupFiles: ["scripts/proof/test/database-url.ts"],
};

/** Tests that need only npm packages: they start at once, on a machine with nothing else. */
const alone = (name: string, include: string[]) => ({ test: { name, include, exclude, ...limits } });

/** Tests that meet a real PostgreSQL: one server for the whole run, its address in TEST_DATABASE_URL. */
const onPostgres = (name: string, include: string[]) => ({
  test: { name, include, exclude, ...limits, ...withServer },
});

/** On Redis only what meets the queue runs again: suites that name its modes, and journeys that send through it. */
const onRedis = Boolean(process.env.REDIS_URL);
const workerTests = onRedis
  ? readdirSync("worker", { recursive: true, encoding: "utf8" })
      .map((name) => `worker/${name}`)
      .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
      .filter((file) => readFileSync(file, "utf8").includes("QUEUE_MODES"))
  : ["worker/**/*.test.ts"];
const journeys = onRedis
  ? ["main-journey", "send-times", "automatic-answers"].map(
      (name) => `scripts/proof/journeys/${name}.test.ts`,
    )
  : ["scripts/proof/journeys/**/*.test.ts"];

const clientConfig = "client/vitest.config.ts";

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    projects: [
      alone("core", ["core/**/*.test.ts"]),
      existsSync(clientConfig) ? clientConfig : alone("client", ["client/**/*.test.{ts,tsx}"]),
      alone("infra", ["infra/**/*.test.ts"]),
      alone("scripts", [
        "scripts/{start,sample,demo}/**/*.test.ts",
        "scripts/proof/{asvs,test,torture,bench,compose,env-example}/**/*.test.ts",
      ]),
      // The whole product in a real browser.
      alone("journeys", journeys),
      // Backup, restore, the console's commands: as an operator runs them.
      onPostgres("operations", ["scripts/proof/operations/**/*.test.ts"]),
      onPostgres("fuzz", ["scripts/proof/fuzz/**/*.test.ts"]),
      onPostgres("db", ["db/**/*.test.ts"]),
      onPostgres("worker", workerTests),
      onPostgres("server", ["server/**/*.test.ts"]),
    ],
  },
});
