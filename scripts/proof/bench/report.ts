import { figureOf, ratioOf, type Samples, type Spread } from "./rounds.ts";

/** The goal of a figure: a minimum or a maximum. */
export type Goal = { atLeast: number } | { atMost: number };

export interface Line {
  what: string;
  spread: Spread;
  unit: string;
  goal: Goal | null;
  /** The goal after this one. */
  next: number | null;
}

export interface BenchReport {
  bench: string;
  about: string;
  samples: Record<string, readonly Record<string, number>[]>;
  lines: Line[];
}

export function ratioLine(
  samples: Samples,
  ours: string,
  theirs: string,
  goal: Goal | null = null,
  next: number | null = null,
): Line {
  return { what: `${ours} ÷ ${theirs}`, spread: ratioOf(samples, ours, theirs), unit: "×", goal, next };
}

/** Returns every contender's speed. */
export function speedLines(samples: Samples, unit: string): Line[] {
  return [...samples.keys()].map((name) => ({
    what: name,
    spread: figureOf(samples, name),
    unit,
    goal: null,
    next: null,
  }));
}

export function isMissed({ spread, goal }: Line): boolean {
  if (!goal) return false;
  return "atLeast" in goal ? spread.median < goal.atLeast : spread.median > goal.atMost;
}

/** Returns the figures as a table for people. */
export function tableOf({ bench, about, lines }: BenchReport): string {
  const rows = lines.map((line) => [
    line.what,
    shown(line.spread.median, line.unit),
    `${shown(line.spread.least, "")} – ${shown(line.spread.most, "")}`,
    goalOf(line),
  ]);
  const all = [["", "median", "spread", "goal"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]!.length)));
  const text = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return [`${bench}: ${about}`, ...text].join("\n");
}

function goalOf(line: Line): string {
  if (!line.goal) return "";
  const goal = "atLeast" in line.goal ? `≥ ${line.goal.atLeast}` : `≤ ${line.goal.atMost}`;
  return `${goal} ${isMissed(line) ? "MISSED" : "met"}${line.next ? ` (next ${line.next})` : ""}`;
}

function shown(value: number, unit: string): string {
  const number = value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(value >= 10 ? 1 : 2);
  return unit ? `${number} ${unit}` : number;
}
