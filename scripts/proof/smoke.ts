// bun scripts/proof/smoke.ts [--runtime bun|node]: starts the whole product on free ports in a temporary DATA_DIR,
// checks each part, kills it, starts it again, stops it.
import { runSmoke } from "./test/smoke.ts";
import { closingLine } from "./test/totals.ts";
import { testEnvironment } from "./test/vitest.ts";

const wanted = process.argv[process.argv.indexOf("--runtime") + 1];
const totals = await runSmoke(wanted === "node" ? "node" : "bun", testEnvironment(), console.log);
console.log(closingLine(totals));
process.exit(totals.failed > 0 ? 1 : 0);
