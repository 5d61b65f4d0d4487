// pnpm restore:drill [--recipients N] [--history N] [--lost]: runs the disaster drill on an installation of its own,
// on free ports, and prints recovery time and recovery point.
import { parseArgs } from "node:util";
import { runDrill } from "./drill/run.ts";

const { values } = parseArgs({
  options: {
    recipients: { type: "string", default: "600" },
    history: { type: "string", default: "0" },
    lost: { type: "boolean", default: false },
  },
});
const say = (line: string) => console.log(line);
const { difference, resent, afterStop, forgotten, lostOptOuts, unlinked, ...report } = await runDrill({
  recipients: Number(values.recipients),
  history: Number(values.history),
  lost: values.lost,
  say,
});
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
say(difference.trim());
say(
  `Backup of ${report.history + Number(values.recipients)} messages: ${seconds(report.backupMs)}, ${report.backupBytes} bytes`,
);
say(`Restore: ${seconds(report.restoreMs)}`);
say(`Recovery time, from the kill to the first message after it: ${seconds(report.recoveryMs)}`);
say(`Recovery point: the backup lacked the last ${seconds(report.lostMs)}`);
say(`Submitted while locked: ${report.whileLocked}`);
say(`Unknown, for a person to decide: ${report.unknown}`);
const counts = { resent, afterStop, lostOptOuts, forgotten, unlinked };
say(
  Object.entries(counts)
    .map(([name, each]) => `${name}: ${each.length}`)
    .join(", "),
);
const faults = Object.values(counts).flat();
process.exit(faults.length === 0 && report.whileLocked === 0 ? 0 : 1);
