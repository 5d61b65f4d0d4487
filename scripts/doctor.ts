// pnpm run doctor [--tenant ID]: checks the runbook's six common issues step by step, and says which step is wrong and
// what to do. It changes nothing. It ends with code 1 if something is wrong.
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
      `The database could not be reached (${code ?? message}). Check DATABASE_URL, and that PostgreSQL is running: nothing is sent until it answers.`,
    );
  }
  process.exitCode = 1;
}
