// pnpm test [--redis] [vitest's own filters and options]
// Runs every test on the installed Node against a PostgreSQL of its own. With --redis: what meets the queue, again,
// on a Redis of its own. The last line is the total.

import { startTestRedis } from "./test/redis.ts";
import { runSmoke } from "./test/smoke.ts";
import { addTotals, closingLine, type Totals } from "./test/totals.ts";
import { runVitest, testEnvironment } from "./test/vitest.ts";

/** Projects whose tests differ with the queue behind them. */
const MEET_THE_QUEUE = ["worker", "server", "journeys"];

const args = process.argv.slice(2);
const rest = args.filter((each) => each !== "--redis");
const totals = args.includes("--redis") ? await onRedis(rest) : await runVitest(rest, testEnvironment());
console.log(closingLine(totals));
process.exit(totals.failed > 0 ? 1 : 0);

async function onRedis(filters: string[]): Promise<Totals> {
  const redis = await startTestRedis();
  if (!redis) {
    console.error(
      "No Redis could be started: install redis-server (apt-get install redis-server), then try again.",
    );
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const env = testEnvironment({ REDIS_URL: redis.url });
  try {
    const tests = await runVitest(
      [...MEET_THE_QUEUE.flatMap((name) => ["--project", name]), ...filters],
      env,
    );
    return addTotals(tests, await runSmoke("bun", env, console.log));
  } finally {
    await redis.stop();
  }
}
