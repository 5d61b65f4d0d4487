// DATABASE_URL=… bun db/verify-restored.ts: what restore.sh asks before the restored database takes the old one's place.
import { databaseSettings, parseEnvironment } from "@smscrm/core/environment";
import { z } from "zod";
import { openPipeline } from "./connection.ts";
import { verifyRestored } from "./restore/verify.ts";

const environment = parseEnvironment(z.object(databaseSettings), process.env);
if (!environment.ok) {
  console.error(environment.faults.join("\n"));
  process.exit(1);
}
const sql = openPipeline(environment.value.DATABASE_URL, { name: "smscrm restore", max: 1 });
// Recounts of large tables take longer than any statement of the running program may.
await sql`set statement_timeout = 0`;
const faults = await verifyRestored(sql).finally(() => sql.end({ timeout: 5 }));
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log("The restored database holds together: counters, bills, audiences, audit log, lock.");
