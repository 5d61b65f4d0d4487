import type { Command } from "../options.ts";

/** One promise, tried many times and put into figures. Prints them; whether the promise held. */
export type Measure = (command: Command, say: (line: string) => void) => Promise<boolean>;

const SAY_EVERY_MS = 10_000;

/** Says every ten seconds how far something long has come, when it is told so. */
export function progressOf(what: string, all: number, say: (line: string) => void): (done: number) => void {
  let saidAt = Date.now();
  return (done) => {
    if (Date.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = Date.now();
    say(`-- ${what}: ${done} of ${all}`);
  };
}

/** The value below which a share of all lies; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
