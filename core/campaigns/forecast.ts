import type { DropReason, HoldReason } from "../send/send-job.ts";
import { localDay } from "../time/budget-period.ts";
import type { ForecastInput } from "./forecast-flow.ts";
import {
  advance,
  eventAfter,
  type Flow,
  flowsAt,
  startBudget,
  startLanes,
  startSenders,
} from "./forecast-flow.ts";

export type { ForecastGroup, ForecastInput, ForecastSender } from "./forecast-flow.ts";

export interface Forecast {
  /** When the first and the last message are sent; null if none is. */
  startAt: Date | null;
  finishAt: Date | null;
  /**
   * How many are sent by when, and what they cost, with straight lines between the points. For hours see
   * forecast-hours.
   */
  curve: { at: Date; sent: number; costMicros: number }[];
  /** Recipients who are not reached in time, by what blocked them last. */
  missed: { reason: HoldReason | DropReason; count: number }[];
  costMicros: number;
}

/** The forecast stops here: nobody plans further ahead, and some groups can never be sent. */
export const HORIZON_DAYS = 60;
const STEPS_MAX = 20_000;

/**
 * Predicts when a campaign finishes, with the hours, warm-up and budget periods of the gates. Messages are a flow:
 * between two events (a window, a reset, an allowance used up) every rate is constant. Groups share their numbers in
 * proportion to what they have left. Only the answer is rounded to whole recipients.
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
  let startAt: Date | null = null;
  for (let step = 0; step < STEPS_MAX && flow.nowMs < flow.horizonMs; step++) {
    const rates = flowsAt(flow);
    if (flow.lanes.length === 0) break;
    const before = { sent: flow.sent, at: new Date(flow.nowMs) };
    const resting = curve.at(-1)!;
    advance(flow, rates, eventAfter(flow, rates));
    if (flow.sent === before.sent) continue;
    // The night is a flat line, not a slow slope to the first text of the morning.
    if (resting.at < before.at) curve.push({ ...resting, at: before.at });
    finishMs = flow.nowMs;
    startAt ??= before.at;
    curve.push({
      at: new Date(flow.nowMs),
      sent: Math.round(flow.sent),
      costMicros: Math.round(flow.costMicros),
    });
  }
  return answer(flow, curve, startAt, finishMs);
}

function answer(
  flow: Flow,
  curve: Forecast["curve"],
  startAt: Date | null,
  finishMs: number | null,
): Forecast {
  for (const lane of flow.lanes) {
    flow.missed.set(lane.blockedBy, (flow.missed.get(lane.blockedBy) ?? 0) + lane.left);
  }
  const missed = [...flow.missed]
    .map(([reason, count]) => ({ reason, count: Math.round(count) }))
    .filter(({ count }) => count > 0);
  return {
    startAt,
    finishAt: finishMs === null ? null : new Date(finishMs),
    curve,
    missed,
    costMicros: Math.round(flow.costMicros),
  };
}
