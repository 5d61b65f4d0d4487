import type { CampaignThroughput } from "../../../data/campaigns.ts";
import type { Series } from "../../../ui/charts/chart.tsx";

/** Returns the number of messages sent up to each minute. It starts at 0, in the first minute with a message. */
export function sentSoFar(points: CampaignThroughput["points"], until: Date | null): Series {
  const at: number[] = [];
  const values: number[] = [];
  let sent = 0;
  for (const point of points) {
    at.push(new Date(point.at).getTime());
    values.push(sent);
    sent += point.submitted;
  }
  const last = at.at(-1);
  if (last === undefined) return { at, values };
  const end = Math.max(last + 60_000, until?.getTime() ?? 0);
  return {
    at: [...at, last + 60_000, ...(end > last + 60_000 ? [end] : [])],
    values: [...values, sent, ...(end > last + 60_000 ? [sent] : [])],
  };
}

/** Returns the forecast as a line, or null if none was stored. */
export function forecastSeries(forecast: CampaignThroughput["forecast"]): Series | null {
  if (!forecast || forecast.curve.length < 2) return null;
  return {
    at: forecast.curve.map((point) => new Date(point.at).getTime()),
    values: forecast.curve.map((point) => point.sent),
  };
}
