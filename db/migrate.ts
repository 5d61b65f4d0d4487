import { databaseSettings, parseEnvironment } from "@smscrm/core/environment";
import { z } from "zod";
import { migrateDatabase } from "./migrations.ts";

const environment = parseEnvironment(z.object(databaseSettings), process.env);
if (!environment.ok) {
  console.error(environment.faults.join("\n"));
  process.exit(1);
}
await migrateDatabase(environment.value.DATABASE_URL);
console.log("The database has this version's schema.");
