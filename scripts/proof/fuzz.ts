// pnpm fuzz: calls every procedure and route of the API as every role, with inputs that nobody meant, between two tenants.

import { parseArgs } from "node:util";
import { fuzz } from "./fuzz/run.ts";
import { buildWorld } from "./fuzz/world.ts";
import { startTestPostgres } from "./test/postgres.ts";

const { values } = parseArgs({
  options: { calls: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const calls = Number(values.calls);
const seed = Number(values.seed);
if (!Number.isInteger(calls) || calls < 1 || !Number.isInteger(seed)) {
  console.error("Usage: pnpm fuzz [--calls 100000] [--seed 1]");
  process.exit(2);
}
const postgres = await startTestPostgres();
process.env.TEST_DATABASE_URL = postgres.url;
const world = await buildWorld();
const began = Date.now();
const { called, statuses, slowestMs, faults } = await fuzz(world, { calls, seed, say: console.log });
await world.close();
await postgres.stop();
const seconds = Math.round((Date.now() - began) / 1_000);
const byStatus = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
console.log(`${calls} calls of ${called.size} procedures and routes in ${seconds} s, seed ${seed}`);
console.log(`answers ${byStatus.join(", ")}; slowest ${Math.round(slowestMs)} ms`);
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(`${called.size} passed, ${faults.length} failed`);
process.exit(faults.length > 0 ? 1 : 0);
