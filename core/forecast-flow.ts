import { dayResetsAt, localDay, monthResetsAt } from "./budget-period.ts";
import type { ForecastGroup, ForecastInput, ForecastSender } from "./forecast.ts";
import { closesFirst, isOpenEverywhere, nextOpeningEverywhere } from "./quiet-hours.ts";
import type { DropReason, HoldReason } from "./send-job.ts";
import { warmUpLimit } from "./warm-up.ts";

type Blocker = HoldReason | DropReason;

/** One group on its way, with the window it is in. */
export interface Lane {
  group: ForecastGroup;
  left: number;
  open: boolean;
  /** When `open` has to be asked again. */
  changesMs: number;
  /** What stands in its way now, or did last. */
  blockedBy: Blocker;
}

type SenderState = { sender: ForecastSender; warmUpLeft: number };

type BudgetState = { dailyLeft: number; monthlyLeft: number; dayResetsMs: number; monthResetsMs: number };

/** All that changes while the forecast walks from event to event. */
export interface Flow {
  input: ForecastInput;
  nowMs: number;
  horizonMs: number;
  lanes: Lane[];
  senders: SenderState[];
  budget: BudgetState;
  sent: number;
  costMicros: number;
  missed: Map<Blocker, number>;
}

/** Messages per second of each lane and each sender, in the order of the flow's lists. */
export type Rates = { lanes: number[]; senders: number[] };

/** Less than this of a person or a micro is rounding of the arithmetic, not somebody left over. */
const NEGLIGIBLE = 1e-6;

/** A text has one segment at least, whatever the average says. */
export function startLanes(groups: readonly ForecastGroup[]): Lane[] {
  return groups
    .filter((group) => group.count > 0)
    .map((group) => ({
      group: { ...group, segments: Math.max(1, group.segments) },
      left: group.count,
      open: false,
      changesMs: Number.NEGATIVE_INFINITY,
      blockedBy: group.priceMicros === null ? "No price" : "Expired",
    }));
}

export function startSenders(senders: readonly ForecastSender[], today: string): SenderState[] {
  return senders.map((sender) => ({
    sender,
    warmUpLeft: Math.max(0, limitOn(sender, today) - (sender.warmUp?.sentToday ?? 0)),
  }));
}

export function startBudget({ budget, tenantZone, now }: ForecastInput): BudgetState {
  return {
    dailyLeft: Math.max(0, budget.dailyLeftMicros),
    monthlyLeft: Math.max(0, budget.monthlyLeftMicros),
    dayResetsMs: dayResetsAt(tenantZone, now).getTime(),
    monthResetsMs: monthResetsAt(tenantZone, now).getTime(),
  };
}

/** Takes out who expired or has no price (so that all others have one), looks at the windows, and shares the numbers among those whose turn it is. */
export function flowsAt(flow: Flow): Rates {
  flow.lanes = flow.lanes.filter((lane) => stillInTime(flow, lane));
  for (const lane of flow.lanes) lookAtWindow(lane, flow.nowMs);
  const waiting = segmentsWaitingByCountry(flow);
  const perCountry = segmentsPerSecondByCountry(flow, waiting);
  const total = [...perCountry.values()].reduce((sum, segments) => sum + segments, 0);
  const share = total > 0 ? Math.min(1, Math.max(0, flow.input.tenantSegmentsPerSecond) / total) : 0;
  const lanes = flow.lanes.map((lane) => {
    lane.blockedBy = blockerOf(flow, lane, perCountry);
    if (lane.blockedBy !== "Rate limit") return 0;
    const { country } = lane.group;
    return (perCountry.get(country)! * share * lane.left) / waiting.get(country)!;
  });
  return { lanes, senders: senderRates(flow, lanes, perCountry) };
}

/** The first instant after now at which a rate changes. */
export function eventAfter(flow: Flow, rates: Rates): number {
  const { budget, nowMs } = flow;
  let eventMs = Math.min(flow.horizonMs, budget.dayResetsMs, budget.monthResetsMs);
  let spendPerSecond = 0;
  flow.lanes.forEach((lane, index) => {
    const rate = rates.lanes[index]!;
    const { expiresAt, priceMicros } = lane.group;
    eventMs = Math.min(eventMs, lane.changesMs, expiresAt?.getTime() ?? eventMs);
    if (rate > 0) eventMs = Math.min(eventMs, nowMs + (lane.left / rate) * 1_000);
    spendPerSecond += rate * priceMicros!;
  });
  flow.senders.forEach((state, index) => {
    const rate = rates.senders[index]!;
    if (rate > 0) eventMs = Math.min(eventMs, nowMs + (state.warmUpLeft / rate) * 1_000);
  });
  if (spendPerSecond > 0) {
    const leftMicros = Math.min(budget.dailyLeft, budget.monthlyLeft);
    eventMs = Math.min(eventMs, nowMs + (leftMicros / spendPerSecond) * 1_000);
  }
  return Math.max(nowMs + 1, Math.ceil(eventMs));
}

/** Lets everything flow until then; never more than is left of people, budget or warm-up. */
export function advance(flow: Flow, rates: Rates, untilMs: number): void {
  const seconds = ((untilMs - flow.nowMs) / 1_000) * affordableShare(flow, rates, untilMs);
  flow.lanes.forEach((lane, index) => {
    const sent = Math.min(lane.left, rates.lanes[index]! * seconds);
    const costMicros = sent * lane.group.priceMicros!;
    lane.left -= sent;
    flow.sent += sent;
    flow.costMicros += costMicros;
    flow.budget.dailyLeft = Math.max(0, flow.budget.dailyLeft - costMicros);
    flow.budget.monthlyLeft = Math.max(0, flow.budget.monthlyLeft - costMicros);
  });
  flow.senders.forEach((state, index) => {
    state.warmUpLeft = Math.max(0, state.warmUpLeft - rates.senders[index]! * seconds);
  });
  flow.lanes = flow.lanes.filter((lane) => lane.left >= NEGLIGIBLE);
  flow.nowMs = untilMs;
  renew(flow);
}

/** Events are rounded up to a millisecond: the part of it that the budget still pays for. */
function affordableShare({ budget, lanes, nowMs }: Flow, rates: Rates, untilMs: number): number {
  const seconds = (untilMs - nowMs) / 1_000;
  const costMicros = lanes.reduce(
    (sum, lane, index) => sum + rates.lanes[index]! * seconds * lane.group.priceMicros!,
    0,
  );
  const leftMicros = Math.min(budget.dailyLeft, budget.monthlyLeft);
  return costMicros > leftMicros ? leftMicros / costMicros : 1;
}

/** A new local day or month of the tenant brings back budget and warm-up. */
function renew(flow: Flow): void {
  const { budget, input, nowMs } = flow;
  const now = new Date(nowMs);
  if (nowMs >= budget.monthResetsMs) {
    budget.monthlyLeft = input.budget.monthlyMicros;
    budget.monthResetsMs = monthResetsAt(input.tenantZone, now).getTime();
  }
  if (nowMs < budget.dayResetsMs) return;
  budget.dailyLeft = input.budget.dailyMicros;
  budget.dayResetsMs = dayResetsAt(input.tenantZone, now).getTime();
  const today = localDay(input.tenantZone, now);
  for (const state of flow.senders) state.warmUpLeft = limitOn(state.sender, today);
}

function limitOn({ warmUp }: ForecastSender, today: string): number {
  if (!warmUp) return Number.POSITIVE_INFINITY;
  return warmUpLimit(warmUp.schedule, warmUp.startedOn, today) ?? Number.POSITIVE_INFINITY;
}

function stillInTime(flow: Flow, lane: Lane): boolean {
  const { expiresAt, priceMicros } = lane.group;
  if (priceMicros !== null && (!expiresAt || flow.nowMs < expiresAt.getTime())) return true;
  flow.missed.set(lane.blockedBy, (flow.missed.get(lane.blockedBy) ?? 0) + lane.left);
  return false;
}

function lookAtWindow(lane: Lane, nowMs: number): void {
  if (nowMs < lane.changesMs) return;
  const { schedules, zones, opensAt } = lane.group;
  const now = new Date(nowMs);
  const early = opensAt !== undefined && opensAt !== null && now < opensAt;
  lane.open = !early && isOpenEverywhere(schedules, zones, now);
  const changes = lane.open ? closesFirst(schedules, zones, now) : early ? opensAt : null;
  const opening = lane.open || early ? null : nextOpeningEverywhere(schedules, zones, now);
  lane.changesMs = (changes ?? opening)?.getTime() ?? Number.POSITIVE_INFINITY;
}

function blockerOf(flow: Flow, lane: Lane, perCountry: ReadonlyMap<string, number>): Blocker {
  const { country, opensAt } = lane.group;
  if (!lane.open) return opensAt && flow.nowMs < opensAt.getTime() ? "Frequency cap" : "Quiet hours";
  if (!flow.senders.some(({ sender }) => sender.country === country)) return "No sender";
  if (!perCountry.get(country)) return "Warm-up";
  return affords(flow, lane) ? "Rate limit" : "Budget";
}

/** A message goes whole or not at all: what is left must pay for one, or the budget gate would hold it. */
function affords({ budget }: Flow, { group }: Lane): boolean {
  return Math.min(budget.dailyLeft, budget.monthlyLeft) >= group.priceMicros!;
}

function segmentsWaitingByCountry(flow: Flow): Map<string, number> {
  const waiting = new Map<string, number>();
  for (const { group, left, open } of flow.lanes) {
    if (open) waiting.set(group.country, (waiting.get(group.country) ?? 0) + left * group.segments);
  }
  return waiting;
}

/** What the numbers of each waiting country may send now, without those whose warm-up is used up for today. */
function segmentsPerSecondByCountry(flow: Flow, waiting: ReadonlyMap<string, number>): Map<string, number> {
  const perCountry = new Map<string, number>();
  for (const { sender, warmUpLeft } of flow.senders) {
    if (!waiting.has(sender.country) || warmUpLeft < NEGLIGIBLE) continue;
    perCountry.set(
      sender.country,
      (perCountry.get(sender.country) ?? 0) + Math.max(0, sender.segmentsPerSecond),
    );
  }
  return perCountry;
}

/** Numbers of one country carry its messages in proportion to their rates. */
function senderRates(
  flow: Flow,
  lanes: readonly number[],
  perCountry: ReadonlyMap<string, number>,
): number[] {
  const messages = new Map<string, number>();
  flow.lanes.forEach(({ group }, index) => {
    messages.set(group.country, (messages.get(group.country) ?? 0) + lanes[index]!);
  });
  return flow.senders.map(({ sender, warmUpLeft }) => {
    const total = perCountry.get(sender.country);
    if (!total || warmUpLeft < NEGLIGIBLE) return 0;
    return (messages.get(sender.country)! * Math.max(0, sender.segmentsPerSecond)) / total;
  });
}
