import type { Series } from "../../../ui/charts/chart.tsx";

const POINTS_MAX = 900;

/** The speed of each campaign since this tab was opened, so that leaving the page loses nothing. */
const seen = new Map<string, { at: number[]; values: number[] }>();

/** Adds a point and returns the whole line. A point that is not newer is ignored. */
export function recordThroughput(campaignId: string, atMs: number, perSecond: number): Series {
  const line = seen.get(campaignId) ?? { at: [], values: [] };
  seen.set(campaignId, line);
  if (atMs > (line.at.at(-1) ?? 0)) {
    line.at.push(atMs);
    line.values.push(Math.round(perSecond * 10) / 10);
    if (line.at.length > POINTS_MAX) {
      line.at.shift();
      line.values.shift();
    }
  }
  return { at: [...line.at], values: [...line.values] };
}
