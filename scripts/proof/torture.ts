// pnpm torture: tries to break every promise of the send pipeline, and checks them against the carrier's own ledger.

import { NO_REDIS } from "./test/redis.ts";
import { shortRuns } from "./torture/ci.ts";
import { MEASURES } from "./torture/measures/index.ts";
import { testTheTest } from "./torture/mutants/run.ts";
import { readCommand, USAGE } from "./torture/options.ts";
import { report } from "./torture/report.ts";
import { torture } from "./torture/run.ts";

const command = readCommand(process.argv.slice(2));
if (typeof command === "string") {
  console.error(`Unknown option or command: ${command}.\n${USAGE}`);
  process.exit(2);
}

if (command.action === "ci") process.exit((await shortRuns(command, console.log)).failed > 0 ? 1 : 0);
if (command.action === "mutants") process.exit((await testTheTest(command, console.log)) ? 0 : 1);
if (command.action !== "run") process.exit((await MEASURES[command.action](command, console.log)) ? 0 : 1);

const LONG = { plain: 8, people: 1_000, tightTenants: 3, crowd: 5_200 };

const { held, untried, broken, kills, messages } = await torture(
  { options: command, size: LONG, say: console.log },
  (world, judgement) => report(world, judgement, console.log),
).catch((error: Error) => {
  console.error(error.message === NO_REDIS ? error.message : error.stack);
  process.exit(1);
});
const rest = untried > 0 ? `, ${untried} not tried` : "";
if (broken > 0) {
  console.log(`torture: BROKEN with seed ${command.seed} after ${kills} kills, ${messages} messages`);
  process.exit(1);
}
console.log(`torture: ${kills} kills, ${messages} messages, ${held} invariants held${rest}`);
process.exit(0);
