import { databaseSettings, parseEnvironment } from "@smscrm/core/environment";
import { z } from "zod";
import { migrateDatabase } from "./migrations.ts";
import { NewerSchema } from "./system.ts";

const environment = parseEnvironment(z.object(databaseSettings), process.env);
if (!environment.ok) {
  console.error(environment.faults.join("\n"));
  process.exit(1);
}
try {
  await migrateDatabase(environment.value.DATABASE_URL);
} catch (error) {
  if (!(error instanceof NewerSchema)) throw error;
  console.error(error.message);
  process.exit(1);
}
console.log("The database has this version's schema.");
