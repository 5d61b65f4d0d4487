import type { DropReason, HoldReason } from "../send/send-job.ts";
import { sentOnDay, type WarmUpSchedule, warmUpLimit } from "../send/warm-up.ts";
import {
  type BudgetPeriod,
  budgetPeriod,
  dayResetsAt,
  localDay,
  monthResetsAt,
  stillCounts,
} from "../time/budget-period.ts";
import { closesFirst, isOpenEverywhere, nextOpeningEverywhere, type Schedule } from "../time/quiet-hours.ts";

/**
 * Recipients who are alike in everything that decides when a message may go. A million recipients make a few hundred
 * groups.
 */
export interface ForecastGroup {
  count: number;
  /** Segments and price of one message; averages are fine. Null: no price, and so never sent. */
  segments: number;
  priceMicros: number | null;
  country: string;
  /** As in the quiet-hours gate: all must be open. */
  schedules: readonly Schedule[];
  zones: readonly string[];
  /** When other holds end, such as a frequency cap; `waitsFor` says which. */
  opensAt?: Date | null;
  waitsFor?: "Frequency cap" | "Send time" | "First part";
  expiresAt?: Date | null;
}

export interface ForecastSender {
  country: string;
  segmentsPerSecond: number;
  /**
   * For a number in warm-up: what it may send on each day, and what it has sent today. `sentOn` is the day that this
   * counts for if it is a later one, because the tenant has moved to where it is still yesterday.
   */
  warmUp?: { schedule: WarmUpSchedule; startedOn: string; sentToday: number; sentOn?: string | null } | null;
}

interface ForecastBudget {
  dailyLeftMicros: number;
  monthlyLeftMicros: number;
  /** The whole budget, after a reset. */
  dailyMicros: number;
  monthlyMicros: number;
  /** What the figures are kept for, if it is later than today: see `stillCounts`. */
  keptFor?: BudgetPeriod;
}

export interface ForecastInput {
  groups: readonly ForecastGroup[];
  senders: readonly ForecastSender[];
  tenantSegmentsPerSecond: number;
  /** The campaign's own speed limit; null or absent: none. */
  messagesPerMinute?: number | null;
  budget: ForecastBudget;
  /** The tenant's zone: its midnights renew budget and warm-up. */
  tenantZone: string;
  now: Date;
}

type Blocker = HoldReason | DropReason;

/** One group of the forecast, with what is left of it and its window. */
export interface Lane {
  group: ForecastGroup;
  left: number;
  open: boolean;
  /** When `open` must be checked again. */
  changesMs: number;
  /** What blocks it now, or blocked it last. */
  blockedBy: Blocker;
}

type SenderState = { sender: ForecastSender; sent: number; warmUpLeft: number };

type BudgetState = { dailyLeft: number; monthlyLeft: number; dayResetsMs: number; monthResetsMs: number };

/** Everything that changes while the forecast steps from event to event. */
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

/** A remainder below this is a rounding error, not a recipient or a micro. */
const NEGLIGIBLE = 1e-6;

/** Every text has at least one segment, even if the average says less. */
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
    sent: sender.warmUp?.sentToday ?? 0,
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

/**
 * Returns the rates of this moment. Removes lanes that expired or have no price (so that all others have one),
 * updates the windows, and shares the numbers among the open lanes.
 */
export function flowsAt(flow: Flow): Rates {
  flow.lanes = flow.lanes.filter((lane) => isInTime(flow, lane));
  for (const lane of flow.lanes) updateWindow(lane, flow.nowMs);
  const waiting = segmentsWaitingByCountry(flow);
  const perCountry = segmentsPerSecondByCountry(flow, waiting);
  const total = [...perCountry.values()].reduce((sum, segments) => sum + segments, 0);
  const share = total > 0 ? Math.min(1, Math.max(0, flow.input.tenantSegmentsPerSecond) / total) : 0;
  const lanes = limited(
    flow.input.messagesPerMinute,
    flow.lanes.map((lane) => {
      lane.blockedBy = blockerOf(flow, lane, perCountry);
      if (lane.blockedBy !== "Rate limit") return 0;
      const { country } = lane.group;
      return (perCountry.get(country)! * share * lane.left) / waiting.get(country)!;
    }),
  );
  return { lanes, senders: senderRates(flow, lanes, perCountry) };
}

/** Slows all lanes alike, so that together they send no more than the campaign's own limit. */
function limited(messagesPerMinute: number | null | undefined, perSecond: number[]): number[] {
  if (messagesPerMinute == null) return perSecond;
  const total = perSecond.reduce((sum, rate) => sum + rate, 0);
  const share = Math.min(1, messagesPerMinute / 60 / total);
  return total === 0 ? perSecond : perSecond.map((rate) => rate * share);
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

/** Sends at these rates until then: never more than what is left of recipients, budget or warm-up. */
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
    const sent = rates.senders[index]! * seconds;
    state.sent += sent;
    state.warmUpLeft = Math.max(0, state.warmUpLeft - sent);
  });
  flow.lanes = flow.lanes.filter((lane) => lane.left >= NEGLIGIBLE);
  flow.nowMs = untilMs;
  renew(flow);
}

/** The share of the step that the budget covers: events are rounded up to a millisecond. */
function affordableShare({ budget, lanes, nowMs }: Flow, rates: Rates, untilMs: number): number {
  const seconds = (untilMs - nowMs) / 1_000;
  const costMicros = lanes.reduce(
    (sum, lane, index) => sum + rates.lanes[index]! * seconds * lane.group.priceMicros!,
    0,
  );
  const leftMicros = Math.min(budget.dailyLeft, budget.monthlyLeft);
  return costMicros > leftMicros ? leftMicros / costMicros : 1;
}

/** A new local day or month of the tenant resets budget and warm-up. */
function renew(flow: Flow): void {
  const { budget, input, nowMs } = flow;
  const now = new Date(nowMs);
  const { keptFor } = input.budget;
  const counts = keptFor && stillCounts(keptFor, budgetPeriod(input.tenantZone, now));
  if (nowMs >= budget.monthResetsMs) {
    if (!counts?.month) budget.monthlyLeft = input.budget.monthlyMicros;
    budget.monthResetsMs = monthResetsAt(input.tenantZone, now).getTime();
  }
  if (nowMs < budget.dayResetsMs) return;
  if (!counts?.day) budget.dailyLeft = input.budget.dailyMicros;
  budget.dayResetsMs = dayResetsAt(input.tenantZone, now).getTime();
  const today = localDay(input.tenantZone, now);
  for (const state of flow.senders) {
    state.sent = sentOnDay({ sentOn: state.sender.warmUp?.sentOn ?? null, sentToday: state.sent }, today);
    state.warmUpLeft = Math.max(0, limitOn(state.sender, today) - state.sent);
  }
}

function limitOn({ warmUp }: ForecastSender, today: string): number {
  if (!warmUp) return Number.POSITIVE_INFINITY;
  return warmUpLimit(warmUp.schedule, warmUp.startedOn, today) ?? Number.POSITIVE_INFINITY;
}

function isInTime(flow: Flow, lane: Lane): boolean {
  const { expiresAt, priceMicros } = lane.group;
  if (priceMicros !== null && (!expiresAt || flow.nowMs < expiresAt.getTime())) return true;
  flow.missed.set(lane.blockedBy, (flow.missed.get(lane.blockedBy) ?? 0) + lane.left);
  return false;
}

function updateWindow(lane: Lane, nowMs: number): void {
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
  const { country, opensAt, waitsFor = "Frequency cap" } = lane.group;
  if (!lane.open) return opensAt && flow.nowMs < opensAt.getTime() ? waitsFor : "Quiet hours";
  if (!flow.senders.some(({ sender }) => sender.country === country)) return "No sender";
  if (!perCountry.get(country)) return "Warm-up";
  return affords(flow, lane) ? "Rate limit" : "Budget";
}

/** Messages are not split: what is left must pay for a whole one, or the budget gate would hold it. */
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

/** What the numbers of each waiting country may send now, without numbers that used up today's warm-up. */
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
