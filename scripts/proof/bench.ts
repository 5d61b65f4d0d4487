import { writeFileSync } from "node:fs";
import { benchAudience } from "./bench/audience/bench.ts";
import { benchFair } from "./bench/fair/bench.ts";
import { benchFollow } from "./bench/follow/bench.ts";
import { benchImport } from "./bench/import/bench.ts";
import { describeMachine, loadAverage } from "./bench/machine.ts";
import { type BenchName, type BenchOptions, readOptions, USAGE } from "./bench/options.ts";
import { benchPreflight } from "./bench/preflight/bench.ts";
import { type BenchReport, isMissed, tableOf } from "./bench/report.ts";
import { benchSearch } from "./bench/search/bench.ts";
import { benchSend } from "./bench/send/bench.ts";
import { type BenchServers, startServers } from "./bench/servers.ts";
import { benchWebhook } from "./bench/webhook/bench.ts";
import { benchWorkbook } from "./bench/workbook/bench.ts";

/**
 * Measures the product against its baselines, in turn and in one run: on a shared machine only ratios mean something.
 * Exits with 1 if a goal is missed.
 */
const RUN: Record<
  BenchName,
  (servers: BenchServers, options: BenchOptions, say: (line: string) => void) => Promise<BenchReport>
> = {
  send: benchSend,
  webhook: benchWebhook,
  import: benchImport,
  follow: benchFollow,
  fair: benchFair,
  search: benchSearch,
  workbook: benchWorkbook,
  preflight: benchPreflight,
  audience: benchAudience,
};

const say = (line: string) => console.error(line);

const options = readOptions(process.argv.slice(2));
if (typeof options === "string") {
  say(`${options}\n\n${USAGE}`);
  process.exit(2);
}
const loadBefore = loadAverage();
const servers = await startServers(options.profile);
const reports: BenchReport[] = [];
try {
  for (const bench of options.benches) {
    say(`${bench} …`);
    reports.push(await RUN[bench](servers, options, say));
  }
} finally {
  await servers.stop();
}
const machine = describeMachine(servers.versions.postgres, servers.versions.redis);
const load = { before: loadBefore, after: loadAverage() };
for (const report of reports) console.log(`\n${tableOf(report)}`);
console.log(
  `\n${Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(" · ")} · load average ${load.before} before, ${load.after} after`,
);
if (options.json) {
  const figures = { at: new Date().toISOString(), machine, load, options, reports };
  writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
}
process.exit(reports.some(({ lines }) => lines.some(isMissed)) ? 1 : 0);
