import type { Series } from "../../ui/chart.tsx";

const MOST_POINTS = 900;

/** What was seen of each campaign's pace since this window was opened, so that leaving the page loses nothing. */
const seen = new Map<string, { at: number[]; values: number[] }>();

/** Adds what a progress report says and gives back the whole line. A report that is no newer changes nothing. */
export function notePace(campaignId: string, atMs: number, perSecond: number): Series {
  const line = seen.get(campaignId) ?? { at: [], values: [] };
  seen.set(campaignId, line);
  if (atMs > (line.at.at(-1) ?? 0)) {
    line.at.push(atMs);
    line.values.push(Math.round(perSecond * 10) / 10);
    if (line.at.length > MOST_POINTS) {
      line.at.shift();
      line.values.shift();
    }
  }
  return { at: [...line.at], values: [...line.values] };
}
