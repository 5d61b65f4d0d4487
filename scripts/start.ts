import { readSettings } from "./start/environment.ts";
import { openConsole } from "./start/output/console.ts";
import { productPlan } from "./start/plan.ts";
import { runProduct } from "./start/product.ts";
import { listenForRequests } from "./start/requests.ts";

const console = openConsole();
const read = readSettings(process.env);
if (read.ok) {
  process.exit(await runProduct(productPlan(read.settings), console, listenForRequests()));
}
for (const fault of read.faults) console.say(fault);
process.exit(1);
