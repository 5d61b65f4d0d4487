import type { CampaignThroughput } from "../../../data/campaigns.ts";
import type { Series } from "../../../ui/charts/chart.tsx";

const MINUTE_MS = 60_000;

/**
 * Returns the number of messages sent up to each minute, from 0 in the first minute with a message to `until`: now, or
 * the campaign's end. Without it the line ends with the last minute.
 */
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
  const minuteOver = last + MINUTE_MS;
  const end = until ? Math.max(last + 1, until.getTime()) : minuteOver;
  // The minute of now is not over: nothing is drawn after now.
  const ends = end > minuteOver ? [minuteOver, end] : [end];
  return { at: [...at, ...ends], values: [...values, ...ends.map(() => sent)] };
}

/**
 * Returns the forecast as a line, or null if none was stored. Once the campaign has ended, the line stops there: with
 * `until` it is cut at that time.
 */
export function forecastSeries(
  forecast: CampaignThroughput["forecast"],
  until: Date | null = null,
): Series | null {
  if (!forecast || forecast.curve.length < 2) return null;
  const at = forecast.curve.map((point) => new Date(point.at).getTime());
  const values = forecast.curve.map((point) => point.sent);
  return until ? cutAt({ at, values }, until.getTime()) : { at, values };
}

/** Cuts a line, with its value at the cut. Null if less than a line is left. */
function cutAt({ at, values }: Series, untilMs: number): Series | null {
  const after = at.findIndex((time) => time > untilMs);
  if (after < 0) return { at, values };
  if (after === 0) return null;
  const [fromMs, toMs] = [at[after - 1]!, at[after]!];
  const [from, to] = [values[after - 1] ?? 0, values[after] ?? 0];
  const value = Math.round(from + ((to - from) * (untilMs - fromMs)) / (toMs - fromMs));
  return { at: [...at.slice(0, after), untilMs], values: [...values.slice(0, after), value] };
}
