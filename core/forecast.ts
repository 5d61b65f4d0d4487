import { localDay } from "./budget-period.ts";
import {
  advance,
  eventAfter,
  type Flow,
  flowsAt,
  startBudget,
  startLanes,
  startSenders,
} from "./forecast-flow.ts";
import type { Schedule } from "./quiet-hours.ts";
import type { DropReason, HoldReason } from "./send-job.ts";
import type { WarmUpSchedule } from "./warm-up.ts";

/** People who are alike in all that decides when a message may go. A million recipients are some hundred groups. */
export interface ForecastGroup {
  count: number;
  /** Segments and price of one message; averages are fine. Null: no price, and so never sent. */
  segments: number;
  priceMicros: number | null;
  country: string;
  /** As in the quiet-hours gate: all must be open. */
  schedules: readonly Schedule[];
  zones: readonly string[];
  /** Not before this, for what else holds them (a frequency cap). */
  opensAt?: Date | null;
  expiresAt?: Date | null;
}

export interface ForecastSender {
  country: string;
  segmentsPerSecond: number;
  /** A number in warm-up: what it may send each day since its first, and has sent today. */
  warmUp?: { schedule: WarmUpSchedule; startedOn: string; sentToday: number } | null;
}

export interface ForecastBudget {
  dailyLeftMicros: number;
  monthlyLeftMicros: number;
  /** What is there again after a reset. */
  dailyMicros: number;
  monthlyMicros: number;
}

export interface ForecastInput {
  groups: readonly ForecastGroup[];
  senders: readonly ForecastSender[];
  tenantSegmentsPerSecond: number;
  budget: ForecastBudget;
  /** The tenant's zone: its midnights renew budget and warm-up. */
  tenantZone: string;
  now: Date;
}

export interface Forecast {
  /** When the last message that goes has gone; null when none goes. */
  finishAt: Date | null;
  /** How many have gone by when, and what they cost; straight lines between the points. Per hour: forecast-hours. */
  curve: { at: Date; sent: number; costMicros: number }[];
  /** Who will not be reached in time, by what stood in the way last. */
  missed: { reason: HoldReason | DropReason; count: number }[];
  costMicros: number;
}

/** Nobody plans further, and a group that can never go has to end somewhere. */
const HORIZON_DAYS = 60;
const MOST_STEPS = 20_000;

/**
 * When a campaign will be through, by the same hours, warm-up and budget periods as the gates, with messages
 * taken as a flow: from one event to the next (a window, a reset, an allowance used up) every rate is constant.
 * Groups that share numbers share them by what they have left. Rounded to whole people only in the answer.
 */
export function forecast(input: ForecastInput): Forecast {
  const flow: Flow = {
    input,
    nowMs: input.now.getTime(),
    horizonMs: input.now.getTime() + HORIZON_DAYS * 86_400_000,
    lanes: startLanes(input.groups),
    senders: startSenders(input.senders, localDay(input.tenantZone, input.now)),
    budget: startBudget(input),
    sent: 0,
    costMicros: 0,
    missed: new Map(),
  };
  const curve = [{ at: input.now, sent: 0, costMicros: 0 }];
  let finishMs: number | null = null;
  for (let step = 0; step < MOST_STEPS && flow.nowMs < flow.horizonMs; step++) {
    const rates = flowsAt(flow);
    if (flow.lanes.length === 0) break;
    const before = { sent: flow.sent, at: new Date(flow.nowMs) };
    const resting = curve.at(-1)!;
    advance(flow, rates, eventAfter(flow, rates));
    if (flow.sent === before.sent) continue;
    // The night is a flat line, not a slow slope to the first text of the morning.
    if (resting.at < before.at) curve.push({ ...resting, at: before.at });
    finishMs = flow.nowMs;
    curve.push({
      at: new Date(flow.nowMs),
      sent: Math.round(flow.sent),
      costMicros: Math.round(flow.costMicros),
    });
  }
  return answer(flow, curve, finishMs);
}

function answer(flow: Flow, curve: Forecast["curve"], finishMs: number | null): Forecast {
  for (const lane of flow.lanes) {
    flow.missed.set(lane.blockedBy, (flow.missed.get(lane.blockedBy) ?? 0) + lane.left);
  }
  const missed = [...flow.missed]
    .map(([reason, count]) => ({ reason, count: Math.round(count) }))
    .filter(({ count }) => count > 0);
  return {
    finishAt: finishMs === null ? null : new Date(finishMs),
    curve,
    missed,
    costMicros: Math.round(flow.costMicros),
  };
}
