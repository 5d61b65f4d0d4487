import { readFileSync } from "node:fs";

/** A process that can be recognised later: a pid alone may belong to another program after a while. */
export type ProcessIdentity = { pid: number; startTicks: number | null };

/** Field 22 of /proc/PID/stat, in clock ticks since boot; null where there is no /proc or no such process. */
function startTicksOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name stands in brackets and may hold spaces, so count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[0];
    return state === "Z" || state === "X" ? null : Number(fields[19]);
  } catch {
    return null;
  }
}

/** Has this machine a /proc that tells about processes? (Linux) */
export function procTells(): boolean {
  return startTicksOf(process.pid) !== null;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTicks: startTicksOf(pid) };
}

/** True while that very process runs. Without /proc only the pid can be asked. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (procTells()) return identity.startTicks !== null && startTicksOf(identity.pid) === identity.startTicks;
  return pidAnswers(identity.pid);
}

/** Sends a signal to that very process; false when it is gone. A reused pid is never touched. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch {
    return false;
  }
}

/** Waits until the process is gone; false when it still runs after the limit. */
export async function waitUntilGone(identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await new Promise((done) => setTimeout(done, 20));
  }
  return true;
}

/** The command line of a process, or null when it is gone or belongs to somebody else. */
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
