import type { Random } from "../../../sample/random.ts";
import type { QueueMode } from "../options.ts";

/** The events of a storm, each with its rate per minute. */
const EVENTS_PER_MINUTE = {
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
  file: 6,
  conversation: 30,
  forge: 4,
} as const;

export type EventKind = keyof typeof EVENTS_PER_MINUTE;

export interface StormEvent {
  atMs: number;
  kind: EventKind;
}

/** Plans a storm, the same for the same seed: independent events, each kind at its own rate. */
export function planStorm(random: Random, seconds: number, mode: QueueMode): StormEvent[] {
  const events: StormEvent[] = [];
  for (const kind of Object.keys(EVENTS_PER_MINUTE) as EventKind[]) {
    if (kind === "restart-redis" && mode === "embedded") continue;
    const times = Math.round((EVENTS_PER_MINUTE[kind] * seconds) / 60);
    for (let nth = 0; nth < times; nth += 1) events.push({ atMs: random.below(seconds * 1_000), kind });
  }
  return events.sort((a, b) => a.atMs - b.atMs);
}
