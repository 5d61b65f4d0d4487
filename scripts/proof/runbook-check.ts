// pnpm runbook:check [PAGE]: runs every command, query, key and address of a page (docs/runbook.md, or one of your
// own) against a fresh system.
import { readFileSync } from "node:fs";
import path from "node:path";
import { RUNBOOK } from "@smscrm/core/alerts/notification";
import { ALERT_RULES } from "@smscrm/core/alerts/rules";
import { projectFolder } from "../start/runtime.ts";
import { headingsOf, stepsOf, unknownBlocks } from "./runbook/extract.ts";
import { runStep } from "./runbook/run-step.ts";
import { startRunbookSystem } from "./runbook/system.ts";

const [file = path.join(projectFolder, RUNBOOK)] = process.argv.slice(2);
const page = readFileSync(file, "utf8");
const faults: string[] = [];

const headings = headingsOf(readFileSync(path.join(projectFolder, RUNBOOK), "utf8"));
for (const { section } of Object.values(ALERT_RULES)) {
  if (!headings.includes(section)) faults.push(`An alert links to "${section}", which is not a heading.`);
}
for (const name of unknownBlocks(page))
  faults.push(`A block is marked ${name}: only sh, sql and text are known.`);

let passed = 0;
const system = await startRunbookSystem().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
try {
  for (const step of stepsOf(page)) {
    const { how, ok, output } = await runStep(step, system);
    const shown = step.text.replace(/\s+/g, " ").slice(0, 110);
    console.log(`${ok ? how.padEnd(7) : "FAILED "} ${String(step.line).padStart(4)}  ${shown}`);
    if (ok) passed += 1;
    else faults.push(`Line ${step.line}: ${shown}\n${output.trim().slice(-1_500)}`);
  }
} finally {
  await system.close();
}
for (const fault of faults) console.log(`\n${fault}`);
console.log(`${passed} passed, ${faults.length} failed`);
process.exit(faults.length === 0 ? 0 : 1);
