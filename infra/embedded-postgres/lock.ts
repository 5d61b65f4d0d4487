import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { identityOf, isAlive, type ProcessIdentity } from "./process-identity.ts";

export type Lock = { release(): void };

/**
 * Takes a lock file for this process, or returns who holds it. The file names its holder by pid and start time. So
 * the lock of a dead process is taken over, even when its pid belongs to another one now.
 */
export function takeLock(path: string): Lock | { heldBy: ProcessIdentity } {
  const own = `${path}.${process.pid}.new`;
  writeFileSync(own, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (linked(own, path)) return { release: () => releaseOwn(path) };
      const holder = readHolder(path);
      if (holder && isAlive(holder)) return { heldBy: holder };
      removeStale(path, holder);
    }
    return { heldBy: readHolder(path) ?? { pid: 0, startTicks: null } };
  } finally {
    rmSync(own, { force: true });
  }
}

/** Creates the lock file with link(), which fails if the name exists. So no reader sees a half-written lock. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readHolder(path: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ProcessIdentity;
  } catch {
    return null;
  }
}

/** Moves the stale file away first. If another process replaced it by a live one in between, that one is moved back. */
function removeStale(path: string, seen: ProcessIdentity | null): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved && moved.pid !== seen?.pid && isAlive(moved)) linked(aside, path);
  rmSync(aside, { force: true });
}

function releaseOwn(path: string): void {
  if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
}
