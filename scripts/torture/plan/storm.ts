import type { Random } from "../../sample/random.ts";
import type { QueueMode } from "../options.ts";

/** What a storm does, each with how often per minute. */
const WEATHER = {
  "kill-worker": 24,
  "kill-api": 10,
  "freeze-worker": 12,
  "freeze-api": 5,
  "cut-connections": 4,
  "restart-postgres": 2,
  "lose-tickets": 6,
  "restart-redis": 5,
  "end-leases": 30,
  "carrier-fault": 20,
  "callback-fault": 12,
  stop: 14,
  suppress: 6,
  "pause-tenant": 14,
  "pause-campaign": 12,
  "cancel-campaign": 3,
  budget: 8,
  forge: 4,
} as const;

export type Weather = keyof typeof WEATHER;

export interface Gust {
  atMs: number;
  weather: Weather;
}

/** The schedule of a storm, the same for the same seed: independent gusts, each kind at its own rate. */
export function planStorm(random: Random, seconds: number, mode: QueueMode): Gust[] {
  const gusts: Gust[] = [];
  for (const weather of Object.keys(WEATHER) as Weather[]) {
    if (weather === "restart-redis" && mode === "embedded") continue;
    const times = Math.round((WEATHER[weather] * seconds) / 60);
    for (let nth = 0; nth < times; nth += 1) gusts.push({ atMs: random.below(seconds * 1_000), weather });
  }
  return gusts.sort((a, b) => a.atMs - b.atMs);
}
