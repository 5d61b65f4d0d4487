import { spawn } from "node:child_process";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { EmbeddedPostgresFault } from "./fault.ts";
import { giveTo, type RunAs } from "./run-as.ts";
import { writeSettings } from "./settings.ts";

const initdbLimitMs = 120_000;

export type NewCluster = { initdb: string; runAs: RunAs; dataDir: string; user: string; password: string };

/**
 * Creates a new data folder. It is built beside its place and renamed when complete, so a data folder is never half
 * done, whenever the program is killed.
 */
export async function initialiseDataFolder(cluster: NewCluster): Promise<void> {
  removeUnfinished(cluster.dataDir);
  const workFolder = `${cluster.dataDir}${unfinishedMark}${process.pid}`;
  mkdirSync(workFolder, { mode: 0o700 });
  giveTo(cluster.runAs.owner, workFolder);
  try {
    const built = path.join(workFolder, "data");
    await runInitdb(cluster, built, writePassword(cluster, workFolder));
    writeSettings(built, true);
    giveTo(cluster.runAs.owner, path.join(built, "embedded.conf"));
    renameSync(built, cluster.dataDir);
    syncFolder(path.dirname(cluster.dataDir));
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

const unfinishedMark = ".unfinished-";

/** Removes what a killed initdb left. The caller holds the lock, so no other process is using it. */
function removeUnfinished(dataDir: string): void {
  const parent = path.dirname(dataDir);
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(`${path.basename(dataDir)}${unfinishedMark}`)) continue;
    rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

function writePassword({ password, runAs }: NewCluster, folder: string): string {
  const file = path.join(folder, "password");
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  giveTo(runAs.owner, file);
  return file;
}

async function runInitdb(cluster: NewCluster, target: string, passwordFile: string): Promise<void> {
  const args = ["-D", target, "-U", cluster.user, "-E", "UTF8", "--locale=C", "--auth=scram-sha-256"];
  const words = [...cluster.runAs.prefix, cluster.initdb, ...args, `--pwfile=${passwordFile}`];
  const { status, output } = await runToEnd(words, initdbLimitMs);
  if (status === 0) return;
  const reason = output.trim().split("\n").at(-1) ?? "no reason given";
  throw new EmbeddedPostgresFault(
    "initdb-failed",
    `PostgreSQL could not prepare its data folder ${cluster.dataDir} (${reason}). Set DATA_DIR to another folder, or set DATABASE_URL.`,
  );
}

function runToEnd(words: string[], limitMs: number): Promise<{ status: number | null; output: string }> {
  const [command, ...args] = words;
  return new Promise((resolve) => {
    const child = spawn(command!, args, { stdio: ["ignore", "pipe", "pipe"], timeout: limitMs });
    let output = "";
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", (error) => resolve({ status: null, output: error.message }));
    child.once("close", (status) => resolve({ status, output }));
  });
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
