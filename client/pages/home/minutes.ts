import type { Summary } from "../../data/home.ts";

const MINUTE_MS = 60_000;

/** The last `count` whole minutes up to `now`, oldest first, with 0 where nothing went. The minute under way is left out. */
export function minutesOf(
  pace: readonly Pick<Summary["pace"][number], "at" | "handedOver">[],
  now: Date,
  count = 60,
): { at: number[]; values: number[] } {
  const sent = new Map(pace.map((point) => [new Date(point.at).getTime(), point.handedOver]));
  const end = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  const at = Array.from({ length: count }, (_, index) => end - (count - index) * MINUTE_MS);
  return { at, values: at.map((minute) => sent.get(minute) ?? 0) };
}
