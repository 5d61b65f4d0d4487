import { randomBytes } from "node:crypto";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  databaseIsEmbedded,
  databaseSettings,
  parseEnvironment,
  processSettings,
} from "@smscrm/core/process/environment";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { hasTenants, insertTenantWithOwner, type SeedTenant } from "@smscrm/db/tenants/seed";
import { z } from "zod";
import { startFault } from "./http/start-fault.ts";
import { DEMO_NUMBERS } from "./senders/demo-numbers.ts";
import { hashPassword } from "./users/passwords/passwords.ts";

const DEMO: SeedTenant = {
  id: "00000000-0000-0000-0000-000000000001",
  name: "Demo",
  timezone: "Australia/Sydney",
  country: "AU",
  dailyBudgetCents: 200_000,
  monthlyBudgetCents: 2_000_000,
  capPerDay: 20,
  capPerWeek: 100,
  segmentsPerSecond: 400,
};
const EMAIL = "demo@example.com";

const schema = z.object({
  ...processSettings,
  ...databaseSettings,
  /** On an external database the demo tenant is created only on request. */
  SEED_DEMO: z.enum(["0", "1"]).optional(),
});

const environment = parseEnvironment(schema, process.env);
if (!environment.ok) {
  for (const fault of environment.faults) console.error(fault);
  process.exit(1);
}
await seed(environment.value).catch((error) => {
  console.error(startFault(error, environment.value));
  process.exitCode = 1;
});

/** Creates the demo tenant in an empty database, once. Never in production, and never beside other tenants. */
async function seed(env: z.output<typeof schema>): Promise<void> {
  if (env.NODE_ENV === "production") return;
  const outside = !databaseIsEmbedded(process.env) && !isLoopback(env.DATABASE_URL);
  if (env.SEED_DEMO === "0" || (outside && env.SEED_DEMO !== "1")) {
    console.log("No demo tenant on a database of your own, unless SEED_DEMO=1.");
    return;
  }
  const sql = openPipeline(env.DATABASE_URL, { name: "smscrm-seed", max: 1 });
  try {
    if (await hasTenants(sql)) return;
    const password = randomBytes(18).toString("base64url");
    // Written before the tenant: if the start dies between the two, a spare file is left, not a tenant that nobody
    // can sign in to.
    const file = await keep(env.DATA_DIR, { email: EMAIL, password, url: env.PUBLIC_URL });
    const owner = { email: EMAIL, name: "Demo Owner", passwordHash: await hashPassword(password, "seed") };
    if (!(await insertTenantWithOwner(sql, DEMO, owner, DEMO_NUMBERS))) return;
    // Our output is kept as a log, which must not contain a password.
    console.log(`Demo owner ${EMAIL}; the password is in ${file}.`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** A server on this machine is for trying the program, like the embedded one. */
function isLoopback(databaseUrl: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(databaseUrl).hostname);
}

/** Writes a file that only its owner can read, and that is never half written. */
async function keep(folder: string, signIn: object): Promise<string> {
  const file = path.join(folder, "demo-sign-in.json");
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(signIn, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return file;
}
