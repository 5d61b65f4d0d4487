// DATABASE_URL=… bun db/restore/verify-restored.ts: restore.sh runs it before the restored database replaces the old
// one.
import { databaseSettings, parseEnvironment } from "@smscrm/core/process/environment";
import { z } from "zod";
import { openPipeline } from "../postgres/connection.ts";
import { verifyRestored } from "./verify.ts";

const environment = parseEnvironment(z.object(databaseSettings), process.env);
if (!environment.ok) {
  console.error(environment.faults.join("\n"));
  process.exit(1);
}
const sql = openPipeline(environment.value.DATABASE_URL, { name: "smscrm restore", max: 1 });
// Recounts of large tables take longer than the program's statement timeout.
await sql`set statement_timeout = 0`;
const { faults, warnings } = await verifyRestored(sql).finally(() => sql.end({ timeout: 5 }));
for (const warning of warnings) console.error(`WARNING: ${warning}`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log("The restored database is consistent: counters, bills, audiences, lock.");
if (warnings.length === 0) console.log("Its audit logs are unbroken.");
