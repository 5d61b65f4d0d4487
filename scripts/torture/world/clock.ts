import { existsSync, readdirSync } from "node:fs";

/** The time that all processes of a run share: the machine's own, or one moved by a whole number of seconds. */
export interface WorldClock {
  now(): number;
  /** What a process needs in its environment to see it. */
  env: Record<string, string>;
}

/** Debian's libfaketime, wherever its architecture puts it. */
function libraryPath(): string | null {
  for (const folder of existsSync("/usr/lib") ? readdirSync("/usr/lib") : []) {
    const path = `/usr/lib/${folder}/faketime/libfaketime.so.1`;
    if (existsSync(path)) return path;
  }
  return null;
}

/**
 * A clock that shows `start` now and goes on from there. Its monotonic side stays real, as it does when the clock of
 * a machine is set. Null where libfaketime is not installed.
 */
export function movedClock(start: Date): WorldClock | null {
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

export const machineClock: WorldClock = { now: () => Date.now(), env: {} };
