import { openPipeline } from "@smscrm/db/connection";
import { NewerSchema, readSchemaState, refuseNewerSchema } from "@smscrm/db/system";

/**
 * The sentence to refuse with where a newer version has migrated the database; null where it fits, or can't be read
 * now: the worker itself waits for a database that is away.
 */
export async function newerSchema(url: string): Promise<string | null> {
  const sql = openPipeline(url, { name: "smscrm worker start", max: 1 });
  try {
    refuseNewerSchema(await readSchemaState(sql));
    return null;
  } catch (error) {
    return error instanceof NewerSchema ? error.message : null;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
