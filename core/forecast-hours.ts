import type { Forecast } from "./forecast.ts";

const HOUR_MS = 3_600_000;

/** What goes in one hour of the clock (UTC), in whole people and micros. */
export interface ForecastHour {
  startsAt: Date;
  sent: number;
  costMicros: number;
}

/**
 * The curve as sends and cost per hour, every hour from the first to the finish, quiet ones with nothing. The sums
 * are those of the curve: what is rounded off in one hour is in the next.
 */
export function perHour(curve: Forecast["curve"]): ForecastHour[] {
  const [first] = curve;
  if (!first || curve.length === 1) return [];
  const finishMs = curve.at(-1)!.at.getTime();
  const hours: ForecastHour[] = [];
  let before = { sent: first.sent, costMicros: first.costMicros };
  let point = 0;
  for (let startMs = Math.floor(first.at.getTime() / HOUR_MS) * HOUR_MS; startMs < finishMs; ) {
    const endMs = startMs + HOUR_MS;
    while (point < curve.length - 2 && curve[point + 1]!.at.getTime() <= endMs) point++;
    const after = between(curve[point]!, curve[point + 1]!, endMs);
    hours.push({
      startsAt: new Date(startMs),
      sent: after.sent - before.sent,
      costMicros: after.costMicros - before.costMicros,
    });
    before = after;
    startMs = endMs;
  }
  return hours;
}

type Point = Forecast["curve"][number];

/** On the straight line between two points; after the last one everything has gone. */
function between(from: Point, to: Point, atMs: number): { sent: number; costMicros: number } {
  const share = Math.min(1, (atMs - from.at.getTime()) / (to.at.getTime() - from.at.getTime()));
  return {
    sent: Math.round(from.sent + share * (to.sent - from.sent)),
    costMicros: Math.round(from.costMicros + share * (to.costMicros - from.costMicros)),
  };
}
