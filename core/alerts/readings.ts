import { sentOnDay, warmUpLimit } from "../send/warm-up.ts";
import { count, counted } from "../text/counted.ts";
import { type BudgetPeriod, budgetPeriod, stillCounts } from "../time/budget-period.ts";
import type {
  Backlog,
  BudgetUse,
  EndingList,
  HeldFirstPart,
  Measurements,
  Outcomes,
  ReportDrift,
  WarmUpUse,
} from "./measurements.ts";
import { type AlertRuleName, MESSAGES_MIN, THRESHOLDS } from "./rules.ts";

/** The state of one rule for one object, now. */
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

/** Compares every condition of the runbook with the measurements. A condition with too few messages does not hold. */
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
    ...measured.withheldAnswers.map(withheldReading),
    ...measured.endingLists.map((list) => listReading(list, now)),
    ...measured.heldFirstParts.map(firstPartReading),
    ...measured.reportDrifts.map(driftReading),
  ];
}

const SYSTEM = { tenantId: null, object: "" };
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/**
 * The delivery rate counts silence: a message without a final status after five minutes is not delivered. The failure
 * rate counts only what the carrier said. So the two differ when receipts do not arrive.
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
    summary: `${percent(deliveryRate)} of ${counted(awaited, "message")} were delivered (${count(failed)} failed, ${count(silent)} without a status for over five minutes).`,
  };
  const enough = awaited >= MESSAGES_MIN;
  return [
    {
      ...delivery,
      rule: "delivery-rate-critical",
      holds: enough && deliveryRate < THRESHOLDS.deliveryRateCritical,
    },
    { ...delivery, rule: "delivery-rate-low", holds: enough && deliveryRate < THRESHOLDS.deliveryRateLow },
    {
      ...about,
      rule: "failure-rate",
      holds: known >= MESSAGES_MIN && failureRate > THRESHOLDS.failureRate,
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
    holds: messages >= MESSAGES_MIN && rate > THRESHOLDS.optOutRate,
    value: rate,
    summary: `${count(optedOut)} of the last ${count(messages)} people who were texted opted out (${percent(rate)}).`,
  };
}

const THROUGHPUT_SECONDS = 300;

/** A tenant that sends at half its allowed rate or more is not stuck. The rest of its campaign waits its turn. */
function sendsAtRate({ submitted, perSecond }: Backlog): boolean {
  return perSecond > 0 && submitted >= (perSecond * THROUGHPUT_SECONDS) / 2;
}

/**
 * Messages that may be sent but are not, and tickets on the queue. A campaign that sends as fast as its numbers allow
 * is not a backlog.
 */
function queueReading({ backlog, ticketsWaiting }: Measurements): AlertReading {
  const stuck = backlog.filter((tenant) => !sendsAtRate(tenant)).reduce((sum, { due }) => sum + due, 0);
  const depth = stuck + ticketsWaiting;
  return {
    ...SYSTEM,
    rule: "queue-depth",
    holds: depth > THRESHOLDS.queueDepth,
    value: depth,
    summary: `${counted(stuck, "message is due and is", "messages are due and are")} not sent at the allowed rate; ${counted(ticketsWaiting, "batch is", "batches are")} queued.`,
  };
}

/** The mean lag of the last minute's callbacks. Without any, how long the oldest message has waited for one. */
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
        ? `The carrier's first status arrives ${counted(seconds, "second")} after a message is sent.`
        : waitingSince
          ? `The carrier has sent no status for ${counted(seconds, "second")} about a message that it accepted.`
          : "No message waits for a status from the carrier.",
  };
}

function databaseReading(failures: number): AlertReading {
  return {
    ...SYSTEM,
    rule: "database-connection",
    holds: failures > 0,
    value: failures,
    summary: `The database could not be reached ${counted(failures, "time")} in the last minute.`,
  };
}

function backupReading(backedUpAt: Date | null, now: Date): AlertReading {
  const hours = backedUpAt ? (now.getTime() - backedUpAt.getTime()) / 3_600_000 : 0;
  return {
    ...SYSTEM,
    rule: "backup-age",
    holds: hours > THRESHOLDS.backupAgeHours,
    value: hours,
    summary: `No backup has the last ${counted(Math.floor(hours), "hour")} of work.`,
  };
}

function budgetReading(use: BudgetUse, now: Date): AlertReading {
  const period = periodOf(use.timezone, now);
  const counts = period ? stillCounts(use, period) : { day: false, month: false };
  const daily = shareOf(counts.day ? use.dailyUsedMicros : 0, use.dailyBudgetMicros);
  const monthly = shareOf(counts.month ? use.monthlyUsedMicros : 0, use.monthlyBudgetMicros);
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

/** Returns null for an invalid zone. Then this rule has no reading, and the claim sends nothing. */
function periodOf(timezone: string, now: Date): BudgetPeriod | null {
  try {
    return budgetPeriod(timezone, now);
  } catch {
    return null;
  }
}

/** Shows only the last four digits of the number: the team recognises it, and nobody else can. */
function warmUpReading(number: WarmUpUse, now: Date): AlertReading {
  const day = periodOf(number.timezone, now)?.localDay;
  const limit = day === undefined ? null : warmUpLimit(number.schedule, number.startedOn, day);
  const sent = day === undefined ? 0 : sentOnDay(number, day);
  return {
    rule: "warm-up-limit",
    tenantId: number.tenantId,
    object: number.numberId,
    holds: limit !== null && limit > 0 && sent >= limit,
    value: sent,
    summary: `The number ending in ${number.phoneE164.slice(-4)} has sent ${counted(sent, "message")} today; its warm-up allows ${limit === null ? "any number" : count(limit)}.`,
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
    summary: `${fileName}: ${counted(rows, "row")}, ${count(rejected)} rejected.`,
  };
}

function withheldReading({ tenantId, answers }: Measurements["withheldAnswers"][number]): AlertReading {
  return {
    rule: "automatic-answers",
    tenantId,
    object: "",
    holds: answers > 0,
    value: answers,
    summary: `${counted(answers, "text")} got no automatic answer within an hour, because the limit was reached.`,
  };
}

function firstPartReading({ tenantId, campaignId, campaign, rest, sentence }: HeldFirstPart): AlertReading {
  return {
    rule: "first-part",
    tenantId,
    object: campaignId,
    holds: true,
    value: rest,
    summary: `${campaign}: ${sentence} ${counted(rest, "recipient waits", "recipients wait")}.`,
  };
}

function driftReading({ tenantId, figures, slot, day, dimension, key }: ReportDrift): AlertReading {
  const place = slot
    ? `the quarter of an hour from ${slot.toISOString().slice(0, 16).replace("T", " ")} UTC`
    : day;
  return {
    rule: "report-drift",
    tenantId,
    object: "",
    holds: figures > 0,
    value: figures,
    summary: `${counted(figures, "figure")} differed from the messages, the first in ${place} (${key ? `${dimension} ${key}` : dimension}). They are counted again.`,
  };
}

const DAY_MS = 86_400_000;

function listReading(
  { tenantId, listId, name, expiresAt, afterExpiry }: EndingList,
  now: Date,
): AlertReading {
  const daysLeft = (expiresAt.getTime() - now.getTime()) / DAY_MS;
  const after = afterExpiry === "hold" ? "marketing to its country waits" : "marketing goes on without it";
  return {
    rule: "suppression-list",
    tenantId,
    object: listId,
    holds: daysLeft <= THRESHOLDS.listEndsDays,
    value: Math.max(0, daysLeft),
    summary:
      daysLeft > 0
        ? `${name} ends in ${counted(Math.ceil(daysLeft), "day")}; then ${after}.`
        : `${name} has expired: ${after}.`,
  };
}
