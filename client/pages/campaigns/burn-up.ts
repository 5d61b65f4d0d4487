import type { CampaignPace } from "../../data/campaigns.ts";
import type { Series } from "../../ui/chart.tsx";

/** How many were handed over by when. It begins at nought, with the step that holds the first. */
export function sentSoFar(points: CampaignPace["points"], until: Date | null): Series {
  const at: number[] = [];
  const values: number[] = [];
  let sent = 0;
  for (const point of points) {
    at.push(new Date(point.at).getTime());
    values.push(sent);
    sent += point.handedOver;
  }
  const last = at.at(-1);
  if (last === undefined) return { at, values };
  const end = Math.max(last + 60_000, until?.getTime() ?? 0);
  return {
    at: [...at, last + 60_000, ...(end > last + 60_000 ? [end] : [])],
    values: [...values, sent, ...(end > last + 60_000 ? [sent] : [])],
  };
}

/** The forecast as a line, if one was kept. */
export function foreseen(forecast: CampaignPace["forecast"]): Series | null {
  if (!forecast || forecast.curve.length < 2) return null;
  return {
    at: forecast.curve.map((point) => new Date(point.at).getTime()),
    values: forecast.curve.map((point) => point.sent),
  };
}
