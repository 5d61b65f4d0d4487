// pnpm test [--redis] [vitest's own filters and options]: runs every test on the installed Node with its own
// PostgreSQL. With --redis it runs the tests of the queue again, with its own Redis. The last line is the total.

import { NO_REDIS, startTestRedis } from "./test/redis.ts";
import { runSmoke } from "./test/smoke.ts";
import { addTotals, closingLine, type Totals } from "./test/totals.ts";
import { runVitest, testEnvironment } from "./test/vitest.ts";

/** Projects whose tests differ by the queue's backend; vitest.config.ts says which of their tests do. */
const MEET_THE_QUEUE = ["worker", "journeys"];

const args = process.argv.slice(2);
const rest = args.filter((each) => each !== "--redis");
const totals = args.includes("--redis") ? await onRedis(rest) : await runVitest(rest, testEnvironment());
console.log(closingLine(totals));
process.exit(totals.failed > 0 ? 1 : 0);

async function onRedis(filters: string[]): Promise<Totals> {
  const redis = await startTestRedis();
  if (!redis) {
    console.error(NO_REDIS);
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
