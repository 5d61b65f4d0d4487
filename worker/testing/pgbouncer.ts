import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../infra/embedded-postgres/port.ts";
import { dyingWithParent } from "../../infra/embedded-postgres/run-as.ts";

const LIMIT_MS = 10_000;

/** Connections to PostgreSQL for all clients together: few, so that their transactions share them. */
const SERVER_CONNECTIONS = 3;

export const hasPgBouncer = spawnSync("pgbouncer", ["--version"]).status === 0;

export interface PgBouncer {
  /** The database's address through PgBouncer, as an operator writes it. */
  url: string;
  stop(): Promise<void>;
}

/** Starts PgBouncer in transaction mode before a server, with the settings that `docs/runbook.md` names. */
export async function startPgBouncer(database: string): Promise<PgBouncer> {
  const server = new URL(database);
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-pgbouncer-"));
  const port = await freePort();
  const users = path.join(folder, "users.txt");
  const settings = path.join(folder, "pgbouncer.ini");
  writeFileSync(users, `"${server.username}" "${decodeURIComponent(server.password)}"\n`);
  writeFileSync(
    settings,
    [
      "[databases]",
      `* = host=${server.hostname} port=${server.port}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = plain",
      `auth_file = ${users}`,
      "pool_mode = transaction",
      `default_pool_size = ${SERVER_CONNECTIONS}`,
      "max_client_conn = 200",
      "ignore_startup_parameters = statement_timeout,random_page_cost",
      "",
    ].join("\n"),
  );
  // It refuses to run as root, so it runs as another user, who must be able to read its files.
  for (const [file, mode] of [
    [folder, 0o755],
    [users, 0o644],
    [settings, 0o644],
  ] as const)
    chmodSync(file, mode);
  const become = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const [command, ...args] = [...dyingWithParent("KILL"), "pgbouncer", ...become, settings];
  const child = spawn(command!, args, { stdio: "ignore" });
  const stop = async () => {
    const ended = (child.exitCode ?? child.signalCode) ? null : once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + LIMIT_MS; !(await connects(port)); ) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`PgBouncer did not listen within ${LIMIT_MS} ms (exit code ${child.exitCode})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const url = new URL(database);
  url.host = `127.0.0.1:${port}`;
  url.searchParams.set("prepare", "false");
  return { url: url.toString(), stop };
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const say = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => say(true));
    socket.once("error", () => say(false));
  });
}
