import type { Preflight } from "../../data/campaigns.ts";

/** The three answers of the gates, added up. Together they are the audience. */
export function totalsOf(preflight: Pick<Preflight, "now" | "waits" | "refused">): {
  now: number;
  waits: number;
  refused: number;
} {
  const add = (rows: readonly { count: number }[]) => rows.reduce((sum, row) => sum + row.count, 0);
  return { now: preflight.now.count, waits: add(preflight.waits), refused: add(preflight.refused) };
}

/** The forecast as a chart wants it. */
export function curveOf(curve: Preflight["curve"]): { at: number[]; values: number[] } {
  return { at: curve.map((point) => new Date(point.at).getTime()), values: curve.map((point) => point.sent) };
}

/** The warnings that say more than the list of missing fields, which counts its people. */
export function warningsBeside(preflight: Pick<Preflight, "warnings" | "missing">): string[] {
  const counted = preflight.missing.map((missing) => `People without ${missing.field} `);
  return preflight.warnings.filter((warning) => !counted.some((start) => warning.startsWith(start)));
}
