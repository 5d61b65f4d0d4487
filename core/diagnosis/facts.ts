import type { WeekSchedule } from "../time/quiet-hours.ts";

/** The answer of a part that was asked over the network. The dashboard asks none, so it has "not asked". */
export type ProbeResult = "ok" | "unwell" | "no answer" | "not used" | "not asked";

/** The facts for the runbook's six common issues, for one tenant. All of them are bounded. */
export interface DiagnosisFacts {
  sending: SendingFacts;
  webhooks: WebhookFacts;
  doNotContact: DoNotContactFacts;
  budget: BudgetFacts;
  failures: FailureFacts;
  quietHours: QuietHoursFacts;
}

export interface SendingFacts {
  workersSeen: number;
  worker: ProbeResult;
  redis: ProbeResult;
  ticketsWaiting: number;
  pausedAt: Date | null;
  pausedReason: string | null;
  suspendedAt: Date | null;
  suspendedReason: string | null;
  restoreLockedAt: Date | null;
  /** Since when only the team's own numbers are texted. */
  trialSince: Date | null;
  /** How many conversations the team takes, while more wait for an answer. */
  inboxFullAbove: number | null;
  activeNumbers: number;
  pausedCampaigns: number;
  /** Messages that may go now, counted up to a limit. */
  due: number;
  oldestDueSeconds: number;
  /** Waiting messages of running campaigns by the reason that the gates gave. */
  held: readonly { reason: string; jobs: number }[];
}

export interface WebhookFacts {
  forgedLastHour: number;
  /**
   * Numbers that received texts but have no tenant; null if a tenant asks, because other numbers don't concern it.
   */
  unknownNumbers: readonly string[] | null;
  /** Status callbacks of the last day about messages that are not ours. */
  unknownMessages: number;
  /** Messages of the last hour that the carrier accepted, and how many of them had a callback. */
  submitted: number;
  heard: number;
  /** Events of the last day that came more than three times, because our answer did not reach the carrier. */
  repeated: number;
}

export interface DoNotContactFacts {
  /** The newest entries, including those that were written by hand. */
  entries: readonly string[];
  /** Submissions to a listed number that were claimed after its entry. Each would be our fault. */
  sentAfter: number;
}

export interface BudgetFacts {
  dailyBudgetMicros: number;
  /** What the budget's row says was spent and reserved today. */
  dailyUsedMicros: number;
  monthlyBudgetMicros: number;
  monthlyUsedMicros: number;
  /** The sum of today's submissions: a lower bound. */
  recountedMicros: number;
  /** The triggers that keep the budget correct and are switched off. */
  disabledTriggers: readonly string[];
}

export interface FailureFacts {
  /** Of the campaigns of the last week. */
  finished: number;
  reasons: readonly { reason: string; jobs: number }[];
}

export interface QuietHoursFacts {
  timezone: string;
  country: string;
  schedule: WeekSchedule;
  trustTenantZone: boolean;
  /** Zones of the newest contacts. */
  contactZones: readonly string[];
  /** Running campaigns that an owner allows to send at night. */
  overrides: readonly string[];
  /** Countries of the numbers that can send. */
  destinations: readonly string[];
  now: Date;
  /** How far this machine's clock is from the database's. */
  clockSkewSeconds: number;
}

/** The runbook's "Common issues", by their headings. */
export const ISSUES = {
  sending: "Messages not sending",
  webhooks: "Webhook not processing",
  doNotContact: "DNC not blocking",
  budget: "Budget exceeded but still sending",
  failures: "High failure rate",
  quietHours: "Quiet hours not enforced",
} as const;

export type IssueName = keyof typeof ISSUES;

/** One step of a diagnosis: what was checked, whether it is wrong, and what to do then. */
export interface Finding {
  issue: IssueName;
  /** `notice`: intended by somebody, but it explains the symptom. */
  state: "ok" | "notice" | "wrong";
  says: string;
  /** Null if there is nothing to do. */
  todo: string | null;
}
