import type { Summary } from "../../data/home.ts";

const MINUTE_MS = 60_000;

/** Returns the last `count` whole minutes before `now`, oldest first, with 0 where nothing was sent. */
export function minutesOf(
  pace: readonly Pick<Summary["pace"][number], "at" | "submitted">[],
  now: Date,
  count = 60,
): { at: number[]; values: number[] } {
  const sent = new Map(pace.map((point) => [new Date(point.at).getTime(), point.submitted]));
  const end = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  const at = Array.from({ length: count }, (_, index) => end - (count - index) * MINUTE_MS);
  return { at, values: at.map((minute) => sent.get(minute) ?? 0) };
}
