import { localDay, localMonth } from "../budget-period.ts";
import { warmUpLimit } from "../warm-up.ts";
import type { Backlog, BudgetUse, Measurements, Outcomes, WarmUpUse } from "./measurements.ts";
import { type AlertRuleName, LEAST_MESSAGES, THRESHOLDS } from "./rules.ts";

/** One rule about one thing, as it stands now. */
export interface AlertReading {
  rule: AlertRuleName;
  /** Null: the whole system. */
  tenantId: string | null;
  object: string;
  holds: boolean;
  value: number;
  /** The figures in a sentence. */
  summary: string;
}

/** Every condition of the runbook against what was measured. What can't be judged (too few messages) does not hold. */
export function readingsOf(measured: Measurements, now: Date): AlertReading[] {
  return [
    ...measured.outcomes.flatMap(outcomeReadings),
    ...measured.optOuts.map(optOutReading),
    queueReading(measured),
    webhookReading(measured.webhooks, now),
    databaseReading(measured.databaseFailures),
    backupReading(measured.backedUpAt, now),
    ...measured.budgets.map((budget) => budgetReading(budget, now)),
    ...measured.warmUps.map((number) => warmUpReading(number, now)),
    ...measured.imports.map(importReading),
  ];
}

const SYSTEM = { tenantId: null, object: "" };
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const count = (number: number) => number.toLocaleString("en-US");

/**
 * Delivery counts silence: a message without a final word after five minutes is not delivered. Failure counts only
 * what the carrier said. So the two differ exactly when receipts stay out.
 */
function outcomeReadings({ tenantId, delivered, failed, silent }: Outcomes): AlertReading[] {
  const known = delivered + failed;
  const awaited = known + silent;
  const deliveryRate = awaited > 0 ? delivered / awaited : 1;
  const failureRate = known > 0 ? failed / known : 0;
  const about = { tenantId, object: "" };
  const delivery = {
    ...about,
    value: deliveryRate,
    summary: `${percent(deliveryRate)} of ${count(awaited)} messages were delivered (${count(failed)} failed, ${count(silent)} without a word for over five minutes).`,
  };
  const judged = awaited >= LEAST_MESSAGES;
  return [
    {
      ...delivery,
      rule: "delivery-rate-critical",
      holds: judged && deliveryRate < THRESHOLDS.deliveryRateCritical,
    },
    { ...delivery, rule: "delivery-rate-low", holds: judged && deliveryRate < THRESHOLDS.deliveryRateLow },
    {
      ...about,
      rule: "failure-rate",
      holds: known >= LEAST_MESSAGES && failureRate > THRESHOLDS.failureRate,
      value: failureRate,
      summary: `${percent(failureRate)} of ${count(known)} messages with a final status failed.`,
    },
  ];
}

function optOutReading({ tenantId, messages, optedOut }: Measurements["optOuts"][number]): AlertReading {
  const rate = messages > 0 ? optedOut / messages : 0;
  return {
    rule: "opt-out-rate",
    tenantId,
    object: "",
    holds: messages >= LEAST_MESSAGES && rate > THRESHOLDS.optOutRate,
    value: rate,
    summary: `${count(optedOut)} of the last ${count(messages)} people texted opted out (${percent(rate)}).`,
  };
}

const PACE_SECONDS = 300;

/** A tenant that sends at half its allowed rate or more is not stuck: the rest of its campaign waits for its turn. */
function isOnPace({ handedOver, perSecond }: Backlog): boolean {
  return perSecond > 0 && handedOver >= (perSecond * PACE_SECONDS) / 2;
}

/** Messages that could go and don't, and tickets on the queue. A campaign as fast as its numbers may is no backlog. */
function queueReading({ backlog, ticketsWaiting }: Measurements): AlertReading {
  const stuck = backlog.filter((tenant) => !isOnPace(tenant)).reduce((sum, { due }) => sum + due, 0);
  const depth = stuck + ticketsWaiting;
  return {
    ...SYSTEM,
    rule: "queue-depth",
    holds: depth > THRESHOLDS.queueDepth,
    value: depth,
    summary: `${count(stuck)} messages are due and do not go out as fast as they may; ${count(ticketsWaiting)} tickets are on the queue.`,
  };
}

/** The mean lag of what was heard in the last minute; when nothing was, how long the oldest silence lasts. */
function webhookReading(
  { heard, heardSeconds, waitingSince }: Measurements["webhooks"],
  now: Date,
): AlertReading {
  const waitedSeconds = waitingSince ? (now.getTime() - waitingSince.getTime()) / 1_000 : 0;
  const lag = heard > 0 ? heardSeconds / heard : waitedSeconds;
  const seconds = Math.round(lag);
  return {
    ...SYSTEM,
    rule: "webhook-lag",
    holds: lag > THRESHOLDS.webhookLagSeconds,
    value: lag,
    summary:
      heard > 0
        ? `The carrier's first word about a message comes ${count(seconds)} seconds after its hand-over.`
        : waitingSince
          ? `Nothing was heard from the carrier for ${count(seconds)} seconds about a message that it has.`
          : "No message waits for the carrier's word.",
  };
}

function databaseReading(failures: number): AlertReading {
  return {
    ...SYSTEM,
    rule: "database-connection",
    holds: failures > 0,
    value: failures,
    summary: `The database could not be reached ${count(failures)} times in the last minute.`,
  };
}

function backupReading(backedUpAt: Date | null, now: Date): AlertReading {
  const hours = backedUpAt ? (now.getTime() - backedUpAt.getTime()) / 3_600_000 : 0;
  return {
    ...SYSTEM,
    rule: "backup-age",
    holds: hours > THRESHOLDS.backupAgeHours,
    value: hours,
    summary: `What was written in the last ${count(Math.floor(hours))} hours is in no backup.`,
  };
}

/** Figures of a day or month that is over count as nothing, though no send has reset them yet. */
function budgetReading(use: BudgetUse, now: Date): AlertReading {
  const period = periodOf(use.timezone, now);
  const today = use.localDay === period?.day ? use.dailyUsedMicros : 0;
  const thisMonth = use.localMonth.startsWith(period?.month ?? "?") ? use.monthlyUsedMicros : 0;
  const daily = shareOf(today, use.dailyBudgetMicros);
  const monthly = shareOf(thisMonth, use.monthlyBudgetMicros);
  const share = Math.max(daily, monthly);
  return {
    rule: "budget",
    tenantId: use.tenantId,
    object: "",
    holds: share >= THRESHOLDS.budgetShare,
    value: share,
    summary: `${percent(daily)} of today's budget and ${percent(monthly)} of the month's are spent or reserved.`,
  };
}

function shareOf(used: number, budget: number): number {
  return budget > 0 ? used / budget : 0;
}

/** Null where somebody wrote a zone that is none: that is the claim's to refuse, not this rule's. */
function periodOf(timezone: string, now: Date): { day: string; month: string } | null {
  try {
    return { day: localDay(timezone, now), month: localMonth(timezone, now) };
  } catch {
    return null;
  }
}

/** The last four digits tell a team which number it is, and nobody else. */
function warmUpReading(number: WarmUpUse, now: Date): AlertReading {
  const day = periodOf(number.timezone, now)?.day;
  const limit = day === undefined ? null : warmUpLimit(number.schedule, number.startedOn, day);
  const sent = number.sentOn === day ? number.sentToday : 0;
  return {
    rule: "warm-up-limit",
    tenantId: number.tenantId,
    object: number.numberId,
    holds: limit !== null && limit > 0 && sent >= limit,
    value: sent,
    summary: `The number ending in ${number.phoneE164.slice(-4)} has sent ${count(sent)} messages today, of ${limit === null ? "any number" : count(limit)} that its warm-up allows.`,
  };
}

function importReading({
  tenantId,
  importId,
  fileName,
  rows,
  rejected,
}: Measurements["imports"][number]): AlertReading {
  return {
    rule: "import-completed",
    tenantId,
    object: importId,
    holds: true,
    value: rows,
    summary: `${fileName}: ${count(rows)} rows, ${count(rejected)} rejected.`,
  };
}
