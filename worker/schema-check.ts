import { findLoginFault } from "@smscrm/db/logins/logins";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { NewerSchema, readSchemaState, refuseNewerSchema } from "@smscrm/db/postgres/system";

export interface DatabaseCheck {
  /** Why the worker must not start: a newer version has migrated the database. */
  newer: string | null;
  /** Rights of the login that a worker must not have. Production refuses them. */
  login: string | null;
}

/**
 * Returns what is wrong with the database for this worker. Null if it does not answer: the worker waits for a
 * database that is away.
 */
export async function checkDatabase(url: string): Promise<DatabaseCheck | null> {
  const sql = openPipeline(url, { name: "smscrm worker start", max: 1 });
  try {
    refuseNewerSchema(await readSchemaState(sql));
    return { newer: null, login: await findLoginFault("worker", url) };
  } catch (error) {
    return error instanceof NewerSchema ? { newer: error.message, login: null } : null;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const ASK_AGAIN_MS = 2_000;

/** Like `checkDatabase`, but retries until the database answers; null once `stopping`. */
export async function checkOnceThere(url: string, stopping: AbortSignal): Promise<DatabaseCheck | null> {
  while (!stopping.aborted) {
    const found = await checkDatabase(url);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS).unref());
  }
  return null;
}
