// bun db/migrate.ts: migrates the owner's database (DATABASE_OWNER_URL, else DATABASE_URL) to this version's schema.
// If DATABASE_API_URL and DATABASE_WORKER_URL are set, it creates these logins, or sets their passwords.
import { ownerSettings, ownerUrl, parseEnvironment, passwordFaults } from "@smscrm/core/process/environment";
import { z } from "zod";
import { LoginFault, setLogins } from "./logins/logins.ts";
import { mayMigrate, migrateDatabase, NotTheOwner } from "./migrations.ts";
import { NewerSchema } from "./postgres/system.ts";

const environment = parseEnvironment(z.object(ownerSettings), process.env);
const faults = [
  ...(environment.ok ? [] : environment.faults),
  ...passwordFaults(process.env, ["DATABASE_API_URL", "DATABASE_WORKER_URL"]),
];
if (!environment.ok || faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
const { DATABASE_API_URL: api, DATABASE_WORKER_URL: worker } = environment.value;
const url = ownerUrl(environment.value);
try {
  if (await mayMigrate(url)) {
    await migrateDatabase(url);
    await setLogins(url, { api, worker });
    if (api || worker) console.log("The logins of the API and the worker have their passwords.");
  }
} catch (error) {
  const known = [NewerSchema, LoginFault, NotTheOwner].some((kind) => error instanceof kind);
  if (!known) throw error;
  // Only the sentence: no stack, and nothing that could contain a password.
  console.error((error as Error).message);
  process.exit(1);
}
console.log("The database has this version's schema.");
