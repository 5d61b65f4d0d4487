import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import {
  identityOf,
  isAlive,
  type ProcessIdentity,
  procTells,
  signal,
  waitUntilGone,
} from "./process-identity.ts";

/** A server that runs on this data folder, according to postmaster.pid and /proc. */
export type Postmaster = { process: ProcessIdentity; port: number; status: string };

/** Reads postmaster.pid; null if there is none, or if its process is gone or is not this server. */
export function runningPostmaster(dataDir: string): Postmaster | null {
  const lines = readPidFile(dataDir);
  if (!lines) return null;
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const found = identityOf(pid);
  if (!isAlive(found) || !worksIn(pid, dataDir)) return null;
  return { process: found, port: Number(lines[3]), status: (lines[7] ?? "").trim() };
}

/**
 * Returns the server's own state: "starting", "ready", "stopping"; "" before it wrote one. A file that a killed
 * server left may say "ready" too, so the state counts only for the given pid.
 */
export function postmasterStatus(dataDir: string, pid: number): string {
  const lines = readPidFile(dataDir);
  return Number(lines?.[0]) === pid ? (lines?.[7] ?? "").trim() : "";
}

/**
 * Waits for the remains of a killed server (its backends end when they notice), and removes a pid file that names
 * another program's process. For a file that names a dead process PostgreSQL also checks the shared memory, so it
 * stays.
 * @returns false if processes of the old server are still running after the limit
 */
export async function clearRemains(dataDir: string, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  for (const pid of serverProcesses(dataDir)) {
    if (!(await waitUntilGone(identityOf(pid), Math.max(0, deadline - Date.now())))) return false;
  }
  const pid = Number(readPidFile(dataDir)?.[0]);
  // PostgreSQL would take any living process with that number for its server, and refuse to start.
  if (procTells() && pid > 1 && isAlive(identityOf(pid)))
    rmSync(path.join(dataDir, "postmaster.pid"), { force: true });
  return true;
}

/** Tries a fast shutdown, then an immediate one, then a kill: each with a limit. True when the process is gone. */
export async function stopPostmaster(server: ProcessIdentity, fastLimitMs: number): Promise<boolean> {
  const steps: [NodeJS.Signals, number][] = [
    ["SIGINT", fastLimitMs],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ];
  for (const [name, limitMs] of steps) {
    signal(server, name);
    if (await waitUntilGone(server, limitMs)) return true;
  }
  return false;
}

function readPidFile(dataDir: string): string[] | null {
  try {
    return readFileSync(path.join(dataDir, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return null;
  }
}

/** Whether the process works inside the data folder, as PostgreSQL's do. Without /proc it trusts the pid file. */
function worksIn(pid: number, dataDir: string): boolean {
  if (!procTells()) return true;
  try {
    return realpathSync(readlinkSync(`/proc/${pid}/cwd`)) === realpathSync(dataDir) && isPostgres(pid);
  } catch {
    return false;
  }
}

function isPostgres(pid: number): boolean {
  return path.basename(readlinkSync(`/proc/${pid}/exe`)).startsWith("postgres");
}

function serverProcesses(dataDir: string): number[] {
  if (!procTells()) return [];
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => worksIn(pid, dataDir));
}
