import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";

/** A real PostgreSQL of a test's own, on a free port; it ends with the test's process, also when that is killed. */
export async function ownPostgres(dataDir: string, database = "smscrm"): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir,
    port: await freePort(),
    user: "smscrm",
    password: "smscrm",
    database,
    log: () => {},
    whenParentDies: "INT",
  });
}
