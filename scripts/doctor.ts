// pnpm run doctor [--tenant ID]: runs the diagnosis steps of the runbook's six common issues and says which of them is wrong
// and what to do. Changes nothing. Ends with code 1 where something is wrong.
import { parseArgs } from "node:util";
import { examine } from "./doctor/examine.ts";
import { chosenTenant, closeContext, OpsRefusal, openContext } from "./ops/context.ts";

async function run(): Promise<boolean> {
  const { values } = parseArgs({ options: { tenant: { type: "string" } } });
  const tenantId = values.tenant ? chosenTenant({ tenant: values.tenant }) : null;
  const context = openContext(tenantId, process.env);
  try {
    return await examine(context);
  } finally {
    await closeContext(context);
  }
}

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  if (error instanceof OpsRefusal) console.error(error.message);
  else {
    const { code, message } = error as Error & { code?: string };
    console.error(
      `The database could not be asked (${code ?? message}). Check DATABASE_URL, and that PostgreSQL runs: nothing is sent while it does not answer.`,
    );
  }
  process.exitCode = 1;
}
