import type { WeekSchedule } from "../quiet-hours.ts";

/** How a part answered that was asked over the network; the dashboard asks none. */
export type Asked = "ok" | "unwell" | "no answer" | "not used" | "not asked";

/** What the steps of the runbook's six common issues look at, for one tenant. All of it is bounded. */
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
  worker: Asked;
  redis: Asked;
  ticketsWaiting: number;
  pausedAt: Date | null;
  pausedReason: string | null;
  restoreLockedAt: Date | null;
  activeNumbers: number;
  pausedCampaigns: number;
  /** Messages that may go now; counted up to a limit. */
  due: number;
  oldestDueSeconds: number;
  /** Waiting messages of running campaigns by the reason that the gates gave. */
  held: readonly { reason: string; jobs: number }[];
}

export interface WebhookFacts {
  forgedLastHour: number;
  /** Numbers that texts came to in the last day, and that are no sending number of anybody. */
  unknownNumbers: readonly string[];
  /** Status callbacks of the last day about messages that are not ours. */
  unknownMessages: number;
  /** Messages of the last hour that the carrier took, and those of which something was heard. */
  handedOver: number;
  heard: number;
  /** Events of the last day that came more than three times: our answer did not reach the carrier. */
  repeated: number;
}

export interface DoNotContactFacts {
  /** The newest entries, those written by hand among them. */
  entries: readonly string[];
  /** Hand-overs to a listed number that were claimed after its entry; each would be a fault of ours. */
  sentAfter: number;
}

export interface BudgetFacts {
  dailyBudgetMicros: number;
  /** What the budget's row says was spent and reserved today. */
  dailyUsedMicros: number;
  monthlyBudgetMicros: number;
  monthlyUsedMicros: number;
  /** What today's hand-overs add up to, at least. */
  recountedMicros: number;
  /** Triggers that keep the money and are switched off. */
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
  /** Running campaigns that an owner lets go at night. */
  overrides: readonly string[];
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

/** One step of a diagnosis: what was looked at, whether that is wrong, and what to do if it is. */
export interface Finding {
  issue: IssueName;
  /** `notice`: meant by somebody, and yet it explains the symptom. */
  state: "ok" | "notice" | "wrong";
  says: string;
  /** Null where nothing is to be done. */
  todo: string | null;
}
