import { writeFileSync } from "node:fs";
import { benchFollow } from "./bench/follow/bench.ts";
import { benchImport } from "./bench/import/bench.ts";
import { describeMachine, loadAverage } from "./bench/machine.ts";
import { type BenchName, type BenchOptions, readOptions, USAGE } from "./bench/options.ts";
import { type BenchReport, isMissed, tableOf } from "./bench/report.ts";
import { benchSend } from "./bench/send/bench.ts";
import { openStage, type Stage } from "./bench/stage.ts";
import { benchWebhook } from "./bench/webhook/bench.ts";

/**
 * Measures the product against what it can be compared with, in turn and in one run, because on a machine that others
 * use only ratios mean something. Exits with 1 when a goal is missed.
 */
const RUN: Record<
  BenchName,
  (stage: Stage, options: BenchOptions, say: (line: string) => void) => Promise<BenchReport>
> = { send: benchSend, webhook: benchWebhook, import: benchImport, follow: benchFollow };

const say = (line: string) => console.error(line);

const options = readOptions(process.argv.slice(2));
if (typeof options === "string") {
  say(`${options}\n\n${USAGE}`);
  process.exit(2);
}
const loadBefore = loadAverage();
const stage = await openStage(options.profile);
const reports: BenchReport[] = [];
try {
  for (const bench of options.benches) {
    say(`${bench} …`);
    reports.push(await RUN[bench](stage, options, say));
  }
} finally {
  await stage.stop();
}
const machine = describeMachine(stage.versions.postgres, stage.versions.redis);
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
