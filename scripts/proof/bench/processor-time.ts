import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** Returns the processor seconds that a process and its children have used; 0 if the system does not say. */
function processorSeconds(pid: number): number {
  const own = statOf(pid);
  if (!own) return 0;
  const children = childrenOf(pid).reduce((sum, child) => sum + (statOf(child)?.own ?? 0), 0);
  return (own.own + own.ended + children) / TICKS_PER_SECOND;
}

/**
 * Reads a process's own ticks, and those of children that have ended: fields 14 to 17 of proc(5), counted after the
 * name.
 */
function statOf(pid: number): { own: number; ended: number; parent: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const number = (at: number) => Number(fields[at] ?? 0);
    return { parent: number(1), own: number(11) + number(12), ended: number(13) + number(14) };
  } catch {
    return null;
  }
}

/** Returns the processes that a process has started and that are running. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((other) => Number.isInteger(other) && statOf(other)?.parent === pid);
  } catch {
    return [];
  }
}

/** Watches processes by name. The returned function gives the microseconds of processor that each used per item. */
export function watchProcessors(pids: Readonly<Record<string, number>>) {
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, processorSeconds(pid)] as const);
  return (items: number): Record<string, number> =>
    Object.fromEntries(
      before.map(([name, pid, seconds]) => [
        `${name}MicrosEach`,
        Math.round(((processorSeconds(pid) - seconds) / items) * 1e6),
      ]),
    );
}
