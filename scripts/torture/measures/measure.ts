import type { Command } from "../options.ts";

/** One promise, tried many times and put into figures. Prints them; whether the promise held. */
export type Measure = (command: Command, say: (line: string) => void) => Promise<boolean>;

/** The value below which a share of all lies; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
