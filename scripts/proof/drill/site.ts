import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openSendFixture } from "@smscrm/db/testing/send-fixture";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";
import { startSimulator } from "@smscrm/infra/simulator/start";
import { migrateQueue } from "@smscrm/worker/dispatch/migrate-queue";
import { runScript } from "../operations/run-script.ts";
import { type DrillPart, startDrillPart } from "./part.ts";

export type Site = Awaited<ReturnType<typeof openSite>>;

/** Opens a whole installation: PostgreSQL, API, worker; and a carrier that survives their crash. */
export async function openSite() {
  const folder = await mkdtemp(path.join(tmpdir(), "smscrm-drill-"));
  const postgresPort = await freePort();
  const [port, workerPort, simulatorPort] = [await freePort(), await freePort(), await freePort()];
  const carrier = await startSimulator({
    port: simulatorPort,
    sentDelayMs: [5, 40],
    receiptDelayMs: [10, 80],
    segmentsPerSecond: 1e9,
    inboundUrl: `http://127.0.0.1:${port}/webhooks/twilio/inbound`,
  });
  let generation = 0;
  const startServer = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      dataDir: path.join(folder, `postgres-${generation}`),
      port: postgresPort,
      user: "smscrm",
      password: "smscrm",
      database: "smscrm",
      log: () => {},
      whenParentDies: "INT",
    });
  let postgres = await startServer();
  const rows = await openSendFixture(postgres.url);
  await migrateQueue(rows.url);

  const environment = {
    DATABASE_URL: rows.url,
    ...rows.logins,
    PORT: String(port),
    WORKER_PORT: String(workerPort),
    SIMULATOR_PORT: String(simulatorPort),
    BACKUP_DIR: path.join(folder, "backups"),
    LOG_LEVEL: "warn",
  };
  const parts: DrillPart[] = [];

  return {
    ...rows,
    environment,
    carrier: carrier.simulator.carrier,

    async startParts(): Promise<void> {
      parts.push(
        await startDrillPart("server/main.ts", `http://127.0.0.1:${port}/health`, environment),
        await startDrillPart("worker/main.ts", `http://127.0.0.1:${workerPort}/metrics`, environment),
      );
    },

    /**
     * Kills API, worker and database at once. With `lost`, the database's disk is gone too, and an empty server is
     * set up.
     */
    async killEverything(lost: boolean): Promise<void> {
      for (const part of parts.splice(0)) await part.kill();
      process.kill(postgres.pid, "SIGKILL");
      await postgres.exited;
      await postgres.stop();
      if (lost) generation += 1;
      postgres = await startServer();
    },

    /** Runs a script or command with this installation's environment; throws its output if it fails. */
    async run(...words: [string, ...string[]]): Promise<string> {
      const { code, output } = await runScript(words, { env: environment });
      if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}:\n${output}`);
      return output;
    },

    logs: () => parts.map((part) => part.output()).join("\n"),

    async close(): Promise<void> {
      for (const part of parts.splice(0)) await part.kill();
      await rows.sql.end({ timeout: 1 });
      await rows.database.close();
      await carrier.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
