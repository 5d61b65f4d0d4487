import { existsSync, readdirSync } from "node:fs";

/** The time that all processes of a run share: the machine's own, or one moved by whole seconds. */
export interface SharedClock {
  now(): number;
  /** The environment that makes a process see it. */
  env: Record<string, string>;
}

/** Returns the path of Debian's libfaketime on this architecture. */
function libraryPath(): string | null {
  for (const folder of existsSync("/usr/lib") ? readdirSync("/usr/lib") : []) {
    const path = `/usr/lib/${folder}/faketime/libfaketime.so.1`;
    if (existsSync(path)) return path;
  }
  return null;
}

/**
 * Returns a clock that shows `start` now and runs from there. The monotonic clock stays real, as when a machine's
 * clock is set. Null if libfaketime is not installed.
 */
export function movedClock(start: Date): SharedClock | null {
  const library = libraryPath();
  if (!library) return null;
  const seconds = Math.round((start.getTime() - Date.now()) / 1_000);
  return {
    now: () => Date.now() + seconds * 1_000,
    env: {
      LD_PRELOAD: library,
      FAKETIME: `${seconds >= 0 ? "+" : ""}${seconds}`,
      DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
  };
}

export const machineClock: SharedClock = { now: () => Date.now(), env: {} };
