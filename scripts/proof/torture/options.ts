/** The backend of the queue: PostgreSQL (as `pnpm start` uses without Redis) or this run's own Redis. */
export type QueueMode = "embedded" | "redis";

export interface Options {
  seed: number;
  /** How long the storm lasts; starting, targeted phases and settling are extra. */
  seconds: number;
  mode: QueueMode;
  workers: number;
  apis: number;
  /** Submissions per second that the load aims at. */
  load: number;
  /** The time that all processes see at the start: `2026-11-01T05:59:30Z` puts a run into a clock change. */
  clock: Date | null;
  /** The targeted phases to run; null: all. */
  phases: string[] | null;
  /** How often a measurement is tried; null: as often as the promise says. */
  trials: number | null;
  /** Whether it ends with a restore of a backup from the middle of the storm. */
  restore: boolean;
  /** Whether to keep the data folder and the processes' output. */
  keep: boolean;
}

export interface Command extends Options {
  /** `run`: one mode; `ci`: a short run of each; `mutants`: checks that deliberate faults are caught; or one measurement. */
  action: "run" | "ci" | "mutants" | "kill-switch" | "stop-races" | "reservations" | "fairness" | "outage";
  /** The mutants to run; empty: all. */
  only: string[];
}

const ACTIONS = ["mutants", "ci", "kill-switch", "stop-races", "reservations", "fairness", "outage"] as const;

export const USAGE = `pnpm torture [--seed N] [--seconds S] [--mode embedded|redis] [--clock TIME] [--workers N] [--apis N]
             [--load MESSAGES_PER_SECOND] [--phases a,b] [--keep]
pnpm torture --ci                  a short run of each mode, totals in the last line
pnpm torture --mutants [a,b]       every deliberate fault must be caught
pnpm torture --kill-switch | --stop-races | --reservations | --fairness | --outage [--trials N]   one promise, measured`;

/** Parses the command line, or returns what is wrong with it. */
export function readCommand(words: readonly string[]): Command | string {
  const command: Command = {
    action: "run",
    seed: 1,
    seconds: 60,
    mode: "embedded",
    workers: 3,
    apis: 2,
    load: 400,
    clock: null,
    phases: null,
    restore: true,
    keep: false,
    trials: null,
    only: [],
  };
  for (let at = 0; at < words.length; at += 1) {
    const name = words[at]!.replace(/^--/, "");
    const value = words[at + 1]?.startsWith("--") ? undefined : words[at + 1];
    const action = ACTIONS.find((each) => each === name);
    if (action) {
      command.action = action;
      if (value !== undefined) command.only = value.split(",");
      if (value !== undefined) at += 1;
    } else if (name === "keep") command.keep = true;
    else {
      if (value === undefined || !set(command, name, value)) return `--${name} ${value ?? ""}`.trim();
      at += 1;
    }
  }
  return command;
}

function set(command: Command, name: string, value: string): boolean {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  switch (name) {
    case "seed":
    case "seconds":
    case "workers":
    case "apis":
    case "load":
    case "trials":
      command[name] = number;
      return Number.isInteger(number);
    case "mode":
      command.mode = value as QueueMode;
      return value === "embedded" || value === "redis";
    case "clock":
      command.clock = new Date(value);
      return !Number.isNaN(command.clock.getTime());
    case "phases":
      command.phases = value === "none" ? [] : value.split(",");
      return true;
    default:
      return false;
  }
}
