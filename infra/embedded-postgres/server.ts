import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { EmbeddedPostgresFault } from "./fault.ts";
import { lastLogLines } from "./log-files.ts";
import { portHolderPhrase } from "./port.ts";
import { postmasterStatus } from "./postmaster.ts";
import { identityOf, isAlive, type ProcessIdentity } from "./process-identity.ts";
import { serverArguments } from "./settings.ts";

/** Normal starts take under a second; replaying the write-ahead log after a crash can take minutes. */
export type StartLimits = { answerMs: number; recoveryMs: number };
export const defaultStartLimits: StartLimits = { answerMs: 60_000, recoveryMs: 600_000 };

export type ServerProcess = { process: ProcessIdentity; child: ChildProcess; startOutput: string };

/** Starts the server in its own session, so that Ctrl-C on the terminal reaches only the program that started it. */
export function spawnServer(prefix: string[], binary: string, dataDir: string, port: number): ServerProcess {
  const startOutput = `${dataDir}.start.log`;
  const output = openSync(startOutput, "w", 0o600);
  const [command, ...args] = [...prefix, binary, ...serverArguments(dataDir, port)];
  try {
    const child = spawn(command!, args, { stdio: ["ignore", output, output], detached: true });
    child.once("error", () => {});
    return { process: identityOf(child.pid ?? 0), child, startOutput };
  } finally {
    closeSync(output);
  }
}

/**
 * Waits until the server says that it is ready. If it ends or exceeds the limit, it throws a fault with its last log
 * line.
 */
export async function waitUntilReady(
  server: ServerProcess,
  place: { dataDir: string; port: number },
  limits: StartLimits,
  log: (line: string) => void,
): Promise<void> {
  const startedAt = Date.now();
  let reportedAt = startedAt;
  const status = () => postmasterStatus(place.dataDir, server.process.pid);
  while (status() !== "ready") {
    if (!isAlive(server.process)) throw ended(server, place);
    const recovering = status() === "starting";
    if (Date.now() - startedAt > (recovering ? limits.recoveryMs : limits.answerMs))
      throw tooLate(server, place);
    if (Date.now() - reportedAt > 5_000) {
      reportedAt = Date.now();
      log("PostgreSQL is replaying its log after an unclean stop; waiting for it");
    }
    await new Promise((done) => setTimeout(done, 25));
  }
}

function ended(server: ServerProcess, place: { dataDir: string; port: number }): EmbeddedPostgresFault {
  const lines = lastLogLines(place.dataDir, server.startOutput);
  if (lines.some((line) => line.includes("Address already in use"))) return portInUse(place.port);
  if (lines.some((line) => line.includes("No space left on device"))) return diskFull(place.dataDir);
  const reason =
    lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1) ?? "it said nothing";
  return new EmbeddedPostgresFault(
    "start-failed",
    `PostgreSQL stopped while starting (${reason.trim()}). Its log is in ${place.dataDir}/log.`,
  );
}

function tooLate(server: ServerProcess, { dataDir }: { dataDir: string }): EmbeddedPostgresFault {
  const last = lastLogLines(dataDir, server.startOutput, 1)[0] ?? "nothing";
  return new EmbeddedPostgresFault(
    "start-failed",
    `PostgreSQL did not become ready in time (its last line: ${last.trim()}). Its log is in ${dataDir}/log.`,
  );
}

function diskFull(dataDir: string): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "no-space",
    `PostgreSQL can't start because the disk of ${dataDir} is full. Free some space, or set DATA_DIR to another disk.`,
  );
}

export function portInUse(port: number): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "port-in-use",
    `Port ${port}, meant for the embedded PostgreSQL, is in use${portHolderPhrase(port)}. Stop that program, or set EMBEDDED_POSTGRES_PORT to a free port.`,
  );
}
