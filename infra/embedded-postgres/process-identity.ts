import { readFileSync } from "node:fs";

/** Identifies a process for later: a pid alone may be reused by another program. */
export type ProcessIdentity = { pid: number; startTicks: number | null };

/** Returns field 22 of /proc/PID/stat, in clock ticks since boot; null without /proc or without such a process. */
function startTicksOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name is in brackets and may contain spaces, so fields are counted from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[0];
    return state === "Z" || state === "X" ? null : Number(fields[19]);
  } catch {
    return null;
  }
}

/** Whether this machine has a /proc with processes (Linux). */
export function procTells(): boolean {
  return startTicksOf(process.pid) !== null;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTicks: startTicksOf(pid) };
}

/** True while the same process runs. Without /proc only the pid is checked. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (procTells()) return identity.startTicks !== null && startTicksOf(identity.pid) === identity.startTicks;
  return pidAnswers(identity.pid);
}

/** Sends a signal to the same process; false if it is gone. A reused pid never gets it. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch {
    return false;
  }
}

/** Waits until the process is gone; false if it still runs after the limit. */
export async function waitUntilGone(identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await new Promise((done) => setTimeout(done, 20));
  }
  return true;
}

/** Returns the command line of a process, or null if it is gone or belongs to another user. */
export function commandLineOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() || null;
  } catch {
    return null;
  }
}

function pidAnswers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
