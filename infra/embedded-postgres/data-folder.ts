import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, statfsSync } from "node:fs";
import path from "node:path";
import { EmbeddedPostgresFault } from "./fault.ts";

/** With less free space than this, PostgreSQL could start and then stop during its work. */
const defaultRequiredFreeBytes = 300 * 1024 * 1024;

export type DataFolderState = "absent" | "ready";

/**
 * Checks the data folder before anything is written there: it can be written to, has free space, and belongs to this
 * major version.
 */
export function inspectDataFolder(
  dataDir: string,
  major: number,
  requiredFreeBytes: number = defaultRequiredFreeBytes,
): DataFolderState {
  makeParent(dataDir);
  requireSpace(dataDir, requiredFreeBytes);
  if (!existsSync(dataDir)) return "absent";
  requireWritable(dataDir);
  const names = readdirSync(dataDir);
  if (names.length === 0) return "absent";
  requireMajor(dataDir, names, major);
  return "ready";
}

/** Creates the parent of the data folder, readable by its owner only. */
export function makeParent(dataDir: string): void {
  const parent = path.dirname(dataDir);
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
  } catch {
    throw notWritable(parent);
  }
  requireWritable(parent);
}

function requireWritable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw notWritable(folder);
  }
}

function notWritable(folder: string): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "not-writable",
    `This user can't write to the folder ${folder}. Make this user its owner, or set DATA_DIR to another folder.`,
  );
}

function requireSpace(dataDir: string, requiredFreeBytes: number): void {
  const { bavail, bsize } = statfsSync(path.dirname(dataDir));
  const free = bavail * bsize;
  if (free >= requiredFreeBytes) return;
  throw new EmbeddedPostgresFault(
    "no-space",
    `Only ${megabytes(free)} MB are free where ${dataDir} is, and PostgreSQL needs ${megabytes(requiredFreeBytes)} MB. Free some space, or set DATA_DIR to another disk.`,
  );
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}

function requireMajor(dataDir: string, names: string[], major: number): void {
  if (!names.includes("PG_VERSION")) {
    throw new EmbeddedPostgresFault(
      "not-a-data-folder",
      `The folder ${dataDir} contains other files and no PostgreSQL data. Move them away, or set DATA_DIR to another folder.`,
    );
  }
  const found = readFileSync(path.join(dataDir, "PG_VERSION"), "utf8").trim();
  if (found === String(major)) return;
  throw new EmbeddedPostgresFault(
    "other-major",
    `The data in ${dataDir} was written by PostgreSQL ${found}, and this is PostgreSQL ${major}. Set DATA_DIR to another folder and move the data with pg_dump and psql, or set DATABASE_URL to a PostgreSQL ${found} server.`,
  );
}
