import type { Command } from "../options.ts";

/** Tries one promise many times and prints the figures; returns whether the promise held. */
export type Measure = (command: Command, say: (line: string) => void) => Promise<boolean>;

const SAY_EVERY_MS = 10_000;

/** Returns a function that prints the progress of long work every ten seconds. */
export function progressOf(what: string, all: number, say: (line: string) => void): (done: number) => void {
  let saidAt = Date.now();
  return (done) => {
    if (Date.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = Date.now();
    say(`-- ${what}: ${done} of ${all}`);
  };
}

/** Returns the value below which this share of all values lies; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
