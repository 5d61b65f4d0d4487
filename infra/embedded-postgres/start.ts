import { spawnSync } from "node:child_process";
import path from "node:path";
import { type Address, ensureDatabase, urlOf } from "./answers.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { inspectDataFolder } from "./data-folder.ts";
import { EmbeddedPostgresFault } from "./fault.ts";
import { initialiseDataFolder } from "./initialise.ts";
import { takeLock } from "./lock.ts";
import { keepLogsBounded } from "./log-files.ts";
import { portState } from "./port.ts";
import { clearRemains, type Postmaster, runningPostmaster, stopPostmaster } from "./postmaster.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import { chooseRunAs, dyingWithParent, type RunAs } from "./run-as.ts";
import { defaultStartLimits, portInUse, spawnServer, waitUntilReady } from "./server.ts";
import { writeSettings } from "./settings.ts";

export type EmbeddedPostgresOptions = {
  dataDir: string;
  port: number;
  user: string;
  password: string;
  database: string;
  log: (line: string) => void;
  /**
   * The signal that the server gets when this process dies: SIGTERM lets open connections finish first, SIGINT does
   * not.
   */
  whenParentDies?: "TERM" | "INT";
  /** The start is refused with less free disk space than this. */
  requiredFreeBytes?: number;
};

export type EmbeddedPostgres = {
  url: string;
  pid: number;
  /** True if a server of an earlier run was taken over. */
  adopted: boolean;
  /** Resolves when the server's process is gone, stopped or crashed. */
  exited: Promise<void>;
  /** Shuts down fast, with a limit; resolves when the process is gone. */
  stop(): Promise<void>;
};

const remainsLimitMs = 15_000;
const fastStopLimitMs = 30_000;

/**
 * Starts a real PostgreSQL on 127.0.0.1, or takes over the one that an earlier, killed run left on the same data
 * folder. Every problem of the machine is an EmbeddedPostgresFault that says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = { ...options, dataDir: path.resolve(options.dataDir) };
  const binaries = findBinaries();
  const runAs = chooseRunAs(binaries.postgres, place.dataDir);
  const major = majorOf(binaries.postgres, runAs);
  const state = inspectDataFolder(place.dataDir, major, options.requiredFreeBytes);
  const lock = takeLock(`${place.dataDir}.lock`);
  if ("heldBy" in lock) throw inUse(place.dataDir, lock.heldBy);
  try {
    if (state === "absent") await initialise(place, binaries, runAs);
    const adopted = await adopt(place);
    const server = adopted ?? (await startNew(place, binaries, runAs));
    return running(place, server, adopted !== null, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function initialise(place: EmbeddedPostgresOptions, binaries: Binaries, runAs: RunAs): Promise<void> {
  // Checked before anything is written, and before the half second that initdb takes.
  if ((await portState(place.port)) !== "free") throw portInUse(place.port);
  place.log(`Preparing a new PostgreSQL data folder in ${place.dataDir}`);
  await initialiseDataFolder({ ...place, initdb: binaries.initdb, runAs });
}

/** Takes over a living server on our port. A server that is stopping, hung or on another port is stopped. */
async function adopt(place: EmbeddedPostgresOptions): Promise<ProcessIdentity | null> {
  const found = runningPostmaster(place.dataDir);
  if (!found) return null;
  if (found.port === place.port && found.status === "ready" && (await answers(place))) {
    place.log(`Took over the PostgreSQL that an earlier run left (process ${found.process.pid})`);
    return found.process;
  }
  await stopLeftOver(place, found);
  return null;
}

async function answers(place: Address & { dataDir: string }): Promise<boolean> {
  try {
    await ensureDatabase(place, place.dataDir);
    return true;
  } catch {
    return false;
  }
}

async function stopLeftOver(place: EmbeddedPostgresOptions, found: Postmaster): Promise<void> {
  place.log(`Stopping the PostgreSQL that an earlier run left (process ${found.process.pid})`);
  if (await stopPostmaster(found.process, fastStopLimitMs)) return;
  throw inUse(place.dataDir, found.process);
}

async function startNew(
  place: EmbeddedPostgresOptions,
  binaries: Binaries,
  runAs: RunAs,
): Promise<ProcessIdentity> {
  if (!(await clearRemains(place.dataDir, remainsLimitMs))) throw remains(place.dataDir);
  if ((await portState(place.port)) !== "free") throw portInUse(place.port);
  writeSettings(place.dataDir, false);
  const prefix = [...runAs.prefix, ...dyingWithParent(place.whenParentDies ?? "INT")];
  const server = spawnServer(prefix, binaries.postgres, place.dataDir, place.port);
  try {
    await waitUntilReady(server, place, defaultStartLimits, place.log);
    await ensureDatabase(place, place.dataDir);
  } catch (error) {
    await stopPostmaster(server.process, fastStopLimitMs);
    throw error;
  }
  return server.process;
}

function running(
  place: EmbeddedPostgresOptions,
  server: ProcessIdentity,
  adopted: boolean,
  release: () => void,
): EmbeddedPostgres {
  const logs = keepLogsBounded(place.dataDir);
  const stop = async () => {
    logs.stop();
    const gone = await stopPostmaster(server, fastStopLimitMs);
    release();
    if (!gone) throw inUse(place.dataDir, server);
  };
  return { url: urlOf(place), pid: server.pid, adopted, exited: watchForExit(server), stop };
}

/** Checked once a second and not by the child's exit event, because an adopted server is not our child. */
function watchForExit(server: ProcessIdentity): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(server)) return;
      clearInterval(timer);
      resolve();
    }, 1_000);
    timer.unref();
  });
}

function majorOf(postgres: string, runAs: RunAs): number {
  const [command, ...args] = [...runAs.prefix, postgres, "--version"];
  const answer = spawnSync(command!, args, { encoding: "utf8", timeout: 10_000 });
  const major = /\(PostgreSQL\) (\d+)/.exec(answer.stdout ?? "")?.[1];
  if (major) return Number(major);
  throw new EmbeddedPostgresFault(
    "missing-binary",
    `The embedded PostgreSQL does not run on this system (${(answer.stderr || String(answer.error ?? "no answer")).trim()}). Set DATABASE_URL to a PostgreSQL server (15 or newer).`,
  );
}

function inUse(dataDir: string, holder: ProcessIdentity): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "in-use",
    `The data in ${dataDir} is already in use by process ${holder.pid}. Stop that one first, or set DATA_DIR and the ports to start a second copy.`,
  );
}

function remains(dataDir: string): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "in-use",
    `Processes of a killed PostgreSQL still hold ${dataDir} and do not end. Stop them, then start again.`,
  );
}
