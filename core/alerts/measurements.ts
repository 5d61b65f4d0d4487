import type { BudgetPeriod } from "../time/budget-period.ts";

/** The measurements for the rules, read from counters on the database's clock. Money in micros, times in UTC. */
export interface Measurements {
  outcomes: readonly Outcomes[];
  optOuts: readonly OptOuts[];
  backlog: readonly Backlog[];
  /** Tickets on the queue, as the workers last saw it. */
  ticketsWaiting: number;
  webhooks: WebhookCallbacks;
  /**
   * Database failures of all processes in the last minute. A process reports its own once it reaches the database
   * again.
   */
  databaseFailures: number;
  /** When the newest backup was finished. Without any backup: since when there is something to back up. */
  backedUpAt: Date | null;
  budgets: readonly BudgetUse[];
  warmUps: readonly WarmUpUse[];
  imports: readonly FinishedImport[];
  /** Tenants whose limit on automatic answers withheld some in the last 15 minutes. */
  withheldAnswers: readonly WithheldAnswers[];
  /** Suppression lists that end within `THRESHOLDS.listEndsDays`, or have expired. */
  endingLists: readonly EndingList[];
  /** Running campaigns whose rest is held after a first part. */
  heldFirstParts: readonly HeldFirstPart[];
  /** Figures of reports that differed from the rows, found in the last day. */
  reportDrifts: readonly ReportDrift[];
}

/** The figures of one tenant's reports that were wrong, and where the first of them is. */
export interface ReportDrift {
  tenantId: string;
  figures: number;
  /** The quarter of an hour; null: the sum of a day. */
  slot: Date | null;
  day: string | null;
  dimension: string;
  key: string;
}

export interface HeldFirstPart {
  tenantId: string;
  campaignId: string;
  campaign: string;
  rest: number;
  /** What was seen, and why it is held. */
  sentence: string;
}

/** A list that ends soon, or has expired. */
export interface EndingList {
  tenantId: string;
  listId: string;
  name: string;
  expiresAt: Date;
  afterExpiry: "hold" | "warn";
}

/** Of one tenant, in the last ten minutes. */
export interface Outcomes {
  tenantId: string;
  delivered: number;
  failed: number;
  /**
   * Submitted in the ten minutes before the last five, and still without a final status after more than five minutes.
   */
  silent: number;
}

/**
 * Of one tenant: its last messages (at least 100, and at least those of 15 minutes), and how many recipients answered
 * STOP.
 */
export interface OptOuts {
  tenantId: string;
  messages: number;
  optedOut: number;
}

/** Of one tenant: messages that may go now, and how fast it sends. */
export interface Backlog {
  tenantId: string;
  due: number;
  /** In the last five minutes. */
  submitted: number;
  /** Messages per second that the tenant's rate and its numbers' rates allow. */
  perSecond: number;
}

export interface WebhookCallbacks {
  /** Messages whose first status callback came in the last minute, and the sum of their lags. */
  heard: number;
  heardSeconds: number;
  /** The oldest submission of the last 15 minutes without a callback. Read only if no callback came. */
  waitingSince: Date | null;
}

export interface BudgetUse extends BudgetPeriod {
  tenantId: string;
  timezone: string;
  dailyBudgetMicros: number;
  dailyUsedMicros: number;
  monthlyBudgetMicros: number;
  monthlyUsedMicros: number;
}

export interface WarmUpUse {
  tenantId: string;
  numberId: string;
  phoneE164: string;
  timezone: string;
  startedOn: string;
  schedule: readonly number[];
  sentOn: string | null;
  sentToday: number;
}

export interface FinishedImport {
  tenantId: string;
  importId: string;
  fileName: string;
  rows: number;
  rejected: number;
}

export interface WithheldAnswers {
  tenantId: string;
  answers: number;
}
