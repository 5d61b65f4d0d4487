import { waitingDueAt } from "../campaigns/first-part/first-part.ts";
import { answerableUntil } from "../gates/answering.ts";
import {
  type Allowances,
  evaluateMessage,
  type MessageFacts,
  type MessageVerdict,
  type RuleFacts,
} from "../gates/index.ts";
import {
  type Candidate,
  type CompiledCampaign,
  messageFor,
  type PreparedMessage,
} from "../gates/message-facts.ts";
import { requestedUntil } from "../gates/requested.ts";
import { deadlineOffsetMs } from "../time/deadline-order.ts";
import { closesFirst } from "../time/quiet-hours.ts";
import type { ClaimJob, ClaimTenant } from "./facts.ts";

/**
 * A request starts within 250 ms of its claim, and the carrier's shortest validity is a second. So in the last second
 * of a window, or before an expiry, a message is evaluated as if that time were past.
 */
const LAST_MOMENT_MS = 1_000;

export type Refusal = Exclude<MessageVerdict, { kind: "send" }>;
export type Decided = {
  job: ClaimJob;
  /** The person as the gates saw them. */
  candidate: Candidate;
  message: PreparedMessage;
  /** When its window closes or it expires; null if neither happens. */
  endsAt: Date | null;
  verdict: MessageVerdict;
  /** When a held job is due again. Jobs with the same time are ordered by the end of their windows. */
  dueAt: Date | null;
};

/** Renders each message and asks all gates about it, in order, on the database's clock. */
export function decide(
  tenant: ClaimTenant,
  jobs: readonly ClaimJob[],
  campaigns: ReadonlyMap<string, CompiledCampaign>,
  writings: ReadonlyMap<string, Date>,
  allowances: Allowances,
): Decided[] {
  const spread = spreadRateHolds();
  const dueAt = dueInOrder();
  const history = historyWithin(tenant.now);
  return jobs.map((job) => {
    const campaign = campaigns.get(job.campaignId)!;
    const known = history.of(job);
    const candidate = {
      ...known,
      stickySenderId: job.askedNumberId ?? known.stickySenderId,
      wroteAt: writings.get(job.phoneE164) ?? null,
    };
    const message = messageFor(candidate, campaign, tenant);
    const { facts } = message;
    const { endsAt, at } = momentOf(facts, tenant.now);
    const verdict = spread(evaluateMessage(message, allowances, at), facts, allowances);
    if (verdict.kind === "send") history.add(job);
    return { job, candidate, message, endsAt, verdict, dueAt: dueAt(verdict, facts) };
  });
}

/**
 * Returns due times: of messages that wait for the same time, those whose window closes first are due first. Computed
 * once per zones and time, because a claim holds hundreds of such messages and this is only an order.
 */
function dueInOrder() {
  const offsets = new Map<string, number>();
  return (verdict: MessageVerdict, { quietHours, firstPart }: MessageFacts): Date | null => {
    if (verdict.kind !== "hold") return null;
    const draw = verdict.reason === "First part" ? firstPart?.draw : null;
    // Waits where a decision about the first part finds it.
    if (typeof draw === "number") return waitingDueAt(draw);
    if (verdict.gate !== "quiet-hours") return verdict.until;
    const { zones, schedules } = quietHours;
    const key = `${verdict.until.getTime()} ${zones.join()}`;
    const offset =
      offsets.get(key) ?? deadlineOffsetMs(closesFirst(schedules, zones, verdict.until), verdict.until);
    offsets.set(key, offset);
    return new Date(verdict.until.getTime() + Math.round(offset));
  };
}

/**
 * Two campaigns may text the same person in one claim: the first message counts for the second, although its attempt
 * is not written yet.
 */
function historyWithin(now: Date) {
  const sends = new Map<string, Date[]>();
  return {
    of: (job: ClaimJob): ClaimJob => {
      const before = sends.get(job.phoneE164);
      return before ? { ...job, recentSubmissions: [...before, ...job.recentSubmissions] } : job;
    },
    add: ({ phoneE164 }: ClaimJob) => sends.set(phoneE164, [now, ...(sends.get(phoneE164) ?? [])]),
  };
}

/** Returns the time at which a message is evaluated, and when its window closes or it expires; null if neither happens. */
export function momentOf(facts: RuleFacts, now: Date): { at: Date; endsAt: Date | null } {
  const endsAt = mayGoUntil(facts, now);
  return { at: endsAt && endsAt.getTime() - now.getTime() < LAST_MOMENT_MS ? endsAt : now, endsAt };
}

function mayGoUntil(facts: RuleFacts, now: Date): Date | null {
  const { quietHours, expiry } = facts;
  const window = quietHours.overrideReason?.trim()
    ? null
    : closesFirst(quietHours.schedules, quietHours.zones, now);
  // An answer or a requested test may go at night, but only within its hour.
  const invited = answerableUntil(facts, now) ?? requestedUntil(facts, now);
  const closes = invited && (!window || invited > window) ? invited : window;
  if (!closes || !expiry.expiresAt) return closes ?? expiry.expiresAt;
  return closes < expiry.expiresAt ? closes : expiry.expiresAt;
}

/**
 * Gives messages that wait for the same rate different times, one after another. With the same time all would be
 * claimed again, although there is room for only one.
 */
function spreadRateHolds() {
  const waiting = new Map<string | null, number>();
  return (verdict: MessageVerdict, facts: MessageFacts, allowances: Allowances): MessageVerdict => {
    if (verdict.kind !== "hold" || verdict.gate !== "rate") return verdict;
    const { country } = facts.phone;
    const ahead = waiting.get(country) ?? 0;
    waiting.set(country, ahead + facts.segments);
    const suitable = allowances.senders.filter((sender) => sender.country === country);
    const perSecond = Math.min(
      allowances.tenantSegmentsPerSecond,
      suitable.reduce((sum, sender) => sum + sender.segmentsPerSecond, 0),
    );
    const laterMs = perSecond > 0 ? (ahead / perSecond) * 1_000 : 0;
    return { ...verdict, until: new Date(verdict.until.getTime() + laterMs) };
  };
}
