import { answerableUntil } from "@smscrm/core/answering";
import { deadlineOffsetMs } from "@smscrm/core/deadline-order";
import { type Allowances, evaluate, type MessageFacts, type Verdict } from "@smscrm/core/gates/index";
import { type CompiledCampaign, messageFor, type PreparedMessage } from "@smscrm/core/message-facts";
import { closesFirst } from "@smscrm/core/quiet-hours";
import { toCandidate } from "../candidates.ts";
import type { JobRow, TenantRow } from "./facts.ts";

/**
 * A hand-over begins within a quarter of a second of its claim, and the carrier's shortest validity is a second: in
 * the last second of a window or before an expiry a message is judged as if that were past.
 */
const LAST_MOMENT_MS = 1_000;

/** "content" stands before the ten gates: a text that can't be sent to anyone, whatever they would say. */
export type Refusal = Exclude<Verdict, { kind: "send" }> | ContentRefusal;
type ContentRefusal = { kind: "drop"; gate: "content"; reason: "Content"; looked: object };
export type Decided = {
  job: JobRow;
  message: PreparedMessage;
  /** Its window closes, or it expires; null when neither ever happens. */
  endsAt: Date | null;
  verdict: Extract<Verdict, { kind: "send" }> | Refusal;
  /** When the dispatcher looks at a held one again: its time, and of those with the same time in order of their windows. */
  dueAt: Date | null;
};

/** Renders each message and asks all gates about it, in order, on the database's clock. */
export function decide(
  tenant: TenantRow,
  jobs: readonly JobRow[],
  campaigns: ReadonlyMap<string, CompiledCampaign>,
  writings: ReadonlyMap<string, Date>,
  allowances: Allowances,
): Decided[] {
  const spread = spreadRateHolds();
  const dueAt = dueInOrder();
  const history = historyWithin(tenant.now);
  return jobs.map((job) => {
    const campaign = campaigns.get(job.campaignId)!;
    const candidate = { ...history.of(job), wroteAt: writings.get(job.phoneE164) ?? null };
    const message = messageFor(candidate, campaign, tenant);
    const { facts, refusal } = message;
    if (refusal) {
      const verdict = { kind: "drop", gate: "content", reason: "Content", looked: refusal } as const;
      return { job, message, endsAt: null, verdict, dueAt: null };
    }
    const endsAt = mayGoUntil(facts, tenant.now);
    const at = endsAt && endsAt.getTime() - tenant.now.getTime() < LAST_MOMENT_MS ? endsAt : tenant.now;
    const verdict = spread(evaluate(facts, allowances, at), facts, allowances);
    if (verdict.kind === "send") history.add(job);
    return { job, message, endsAt, verdict, dueAt: dueAt(verdict, facts) };
  });
}

/**
 * When windows open, those that close first come first. One look for all who wait in the same zones for the same time:
 * a claim holds hundreds of them, and it is an order, not a rule.
 */
function dueInOrder() {
  const offsets = new Map<string, number>();
  return (verdict: Verdict, { quietHours }: MessageFacts): Date | null => {
    if (verdict.kind !== "hold") return null;
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
 * Two campaigns may ask for the same person in one claim: what the first of them gets counts for the second, though
 * no attempt of it is written yet.
 */
function historyWithin(now: Date) {
  const sends = new Map<string, Date[]>();
  return {
    of: (job: JobRow) => {
      const candidate = toCandidate(job, job.alreadyInCampaign);
      const before = sends.get(job.phoneE164);
      return before
        ? { ...candidate, recentHandOvers: [...before, ...candidate.recentHandOvers] }
        : candidate;
    },
    add: ({ phoneE164 }: JobRow) => sends.set(phoneE164, [now, ...(sends.get(phoneE164) ?? [])]),
  };
}

/** When the person's window closes or the message expires, whichever is first; null when neither does. */
function mayGoUntil(facts: MessageFacts, now: Date): Date | null {
  const { quietHours, expiry } = facts;
  const window = quietHours.overrideReason?.trim()
    ? null
    : closesFirst(quietHours.schedules, quietHours.zones, now);
  // An answer may go into the night, but only for its hour.
  const answer = answerableUntil(facts, now);
  const closes = answer && (!window || answer > window) ? answer : window;
  if (!closes || !expiry.expiresAt) return closes ?? expiry.expiresAt;
  return closes < expiry.expiresAt ? closes : expiry.expiresAt;
}

/**
 * Messages that wait for the same numbers' rate are told different times, one after the other. Told the same time
 * they would all be claimed again to find room for one.
 */
function spreadRateHolds() {
  const waiting = new Map<string, number>();
  return (verdict: Verdict, facts: MessageFacts, allowances: Allowances): Verdict => {
    if (verdict.kind !== "hold" || verdict.gate !== "rate") return verdict;
    const country = facts.phone.country ?? "";
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
