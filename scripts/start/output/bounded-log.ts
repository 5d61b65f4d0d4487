import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

export type BoundedLog = { path: string; write(line: string): void; close(): void };

const defaultLimitBytes = 10 * 1024 * 1024;
const keptFiles = 3;

/** Opens a log file that is renamed to `.1` (then `.2`, then deleted) when it reaches the limit. */
export function openBoundedLog(path: string, limitBytes: number = defaultLimitBytes): BoundedLog {
  let handle = openSync(path, "a", 0o600);
  let size = fstatSync(handle).size;
  const rotate = () => {
    closeSync(handle);
    shift(path);
    handle = openSync(path, "a", 0o600);
    size = 0;
  };
  const write = (line: string) => {
    if (size >= limitBytes) rotate();
    size += writeSync(handle, `${line}\n`);
  };
  return { path, write: (line) => ignoringFullDisk(() => write(line)), close: () => closeSync(handle) };
}

function shift(path: string): void {
  for (let age = keptFiles - 1; age >= 1; age--) {
    const from = age === 1 ? path : `${path}.${age - 1}`;
    rmSync(`${path}.${age}`, { force: true });
    ignoringMissing(() => renameSync(from, `${path}.${age}`));
  }
}

function ignoringMissing(work: () => void): void {
  try {
    work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** A full disk must not stop the product because of a log line. */
function ignoringFullDisk(work: () => void): void {
  try {
    work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
