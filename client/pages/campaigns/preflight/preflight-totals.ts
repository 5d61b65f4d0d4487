import type { Preflight } from "../../../data/campaigns.ts";

/** Returns how many are sent now, later and not at all. Together they are the audience. */
export function totalsOf(preflight: Pick<Preflight, "now" | "waits" | "refused">): {
  now: number;
  later: number;
  refused: number;
} {
  const add = (rows: readonly { count: number }[]) => rows.reduce((sum, row) => sum + row.count, 0);
  return { now: preflight.now.count, later: add(preflight.waits), refused: add(preflight.refused) };
}

/** Returns how many the forecast doesn't reach: they are no part of its finish time. */
export function notReached({ missed }: Pick<Preflight, "missed">): number {
  return missed.reduce((sum, { count }) => sum + count, 0);
}

const A_MOMENT_MS = 60_000;

/** Returns when the first text goes, if that is not right after the launch. */
export function startsLater({
  startAt,
  launchAt,
  evaluatedAt,
}: Pick<Preflight, "startAt" | "launchAt" | "evaluatedAt">): string | null {
  const launchMs = new Date(launchAt ?? evaluatedAt).getTime();
  return startAt !== null && new Date(startAt).getTime() - launchMs >= A_MOMENT_MS ? startAt : null;
}

/** Returns the forecast as the data of a chart. */
export function curveOf(curve: Preflight["curve"]): { at: number[]; values: number[] } {
  return { at: curve.map((point) => new Date(point.at).getTime()), values: curve.map((point) => point.sent) };
}

/** Returns the warnings that the page does not already show as a missing field. */
export function otherWarnings(preflight: Pick<Preflight, "warnings" | "missing">): string[] {
  const counted = preflight.missing.map((missing) => `People without ${missing.field} `);
  return preflight.warnings.filter((warning) => !counted.some((start) => warning.startsWith(start)));
}
