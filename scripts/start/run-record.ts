import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { takeLock } from "@smscrm/infra/embedded-postgres/lock";
import {
  isAlive,
  type ProcessIdentity,
  signal,
  waitUntilGone,
} from "@smscrm/infra/embedded-postgres/process-identity";
import { StartFault } from "./fault.ts";
import { isOrphaned } from "./launchers.ts";

/** The processes that run from this DATA_DIR, so that a start after a kill finds those that were left. */
export type RunRecord = {
  address: string;
  launchers: ProcessIdentity[];
  parts: Record<string, ProcessIdentity>;
};

export type OpenRun = { write(record: RunRecord): void; close(): void };

const supervisorStopLimitMs = 90_000;
const partStopLimitMs = 40_000;

/** Takes the DATA_DIR for this process; stops what an earlier run left there, and prints it. */
export async function openRun(dataDir: string, say: (line: string) => void): Promise<OpenRun> {
  makeFolder(path.join(dataDir, "logs"));
  const file = path.join(dataDir, "run.json");
  const lock = await lockAfterOrphan(dataDir, file, say);
  await stopLeftParts(readRecord(file), say);
  return {
    write: (record) => writeRecord(file, record),
    close: () => {
      rmSync(file, { force: true });
      lock.release();
    },
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    throw new StartFault(
      `The folder ${folder} can't be created. Make this user the owner of its parent, or set DATA_DIR to another folder.`,
    );
  }
}

async function lockAfterOrphan(dataDir: string, file: string, say: (line: string) => void) {
  const lockFile = path.join(dataDir, "run.lock");
  const first = tryLock(lockFile, dataDir);
  if (!("heldBy" in first)) return first;
  const record = readRecord(file);
  if (!record || !isOrphaned(record.launchers)) throw alreadyRuns(dataDir, first.heldBy, record);
  say(`Stopping a run that was left behind (process ${first.heldBy.pid})`);
  await stopProcess(first.heldBy, supervisorStopLimitMs);
  const second = tryLock(lockFile, dataDir);
  if ("heldBy" in second) throw alreadyRuns(dataDir, second.heldBy, record);
  return second;
}

function tryLock(lockFile: string, dataDir: string) {
  try {
    return takeLock(lockFile);
  } catch {
    throw new StartFault(
      `This user can't write to the folder ${dataDir}. Make this user its owner, or set DATA_DIR to another folder.`,
    );
  }
}

function alreadyRuns(dataDir: string, holder: ProcessIdentity, record: RunRecord | null): StartFault {
  const where = record ? ` at ${record.address}` : "";
  return new StartFault(
    `smscrm already runs from ${dataDir}${where} (process ${holder.pid}). Stop it first, or set DATA_DIR, PORT, WORKER_PORT, SIMULATOR_PORT and EMBEDDED_POSTGRES_PORT to start a second copy.`,
  );
}

/** All get the signal at once, so that a worker can drain while the others still answer. */
async function stopLeftParts(record: RunRecord | null, say: (line: string) => void): Promise<void> {
  const left = Object.entries(record?.parts ?? {}).filter(([, each]) => isAlive(each));
  await Promise.all(
    left.map(async ([name, each]) => {
      say(`Stopping the ${name} that an earlier run left (process ${each.pid})`);
      await stopProcess(each, partStopLimitMs);
    }),
  );
}

async function stopProcess(which: ProcessIdentity, limitMs: number): Promise<void> {
  signal(which, "SIGTERM");
  if (await waitUntilGone(which, limitMs)) return;
  signal(which, "SIGKILL");
  await waitUntilGone(which, 5_000);
}

function readRecord(file: string): RunRecord | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunRecord;
  } catch {
    return null;
  }
}

function writeRecord(file: string, record: RunRecord): void {
  writeFileSync(`${file}.new`, JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
