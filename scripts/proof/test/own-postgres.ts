import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";

/** Starts a real PostgreSQL for one test, on a free port. It ends with the test's process, even if that is killed. */
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
