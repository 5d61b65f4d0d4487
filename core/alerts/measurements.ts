/** What the rules look at, read from counters on the database's clock. Money in micros, times in UTC. */
export interface Measurements {
  outcomes: readonly Outcomes[];
  optOuts: readonly OptOuts[];
  backlog: readonly Backlog[];
  /** Tickets on the queue, as the workers last saw it. */
  ticketsWaiting: number;
  webhooks: WebhookWords;
  /** Times in the last minute that a process could not reach the database, and could say so afterwards. */
  databaseFailures: number;
  /** When the newest backup was finished; where there is none, since when there is something to back up. */
  backedUpAt: Date | null;
  budgets: readonly BudgetUse[];
  warmUps: readonly WarmUpUse[];
  imports: readonly FinishedImport[];
}

/** Of one tenant, in the last ten minutes. */
export interface Outcomes {
  tenantId: string;
  delivered: number;
  failed: number;
  /** Handed over in the ten minutes before the last five, and no final word in more than five minutes. */
  silent: number;
}

/** Of one tenant: its last messages (100 at least, and at least those of a quarter of an hour), and who answered STOP. */
export interface OptOuts {
  tenantId: string;
  messages: number;
  optedOut: number;
}

/** Of one tenant: messages that may go now, and how fast it is going. */
export interface Backlog {
  tenantId: string;
  due: number;
  /** In the last five minutes. */
  handedOver: number;
  /** Messages that its own rate and its numbers' allow in a second. */
  perSecond: number;
}

export interface WebhookWords {
  /** First words about a message in the last minute, and the sum of their lags. */
  heard: number;
  heardSeconds: number;
  /** The oldest hand-over of the last quarter of an hour that nothing was heard of; read only where nothing is heard. */
  waitingSince: Date | null;
}

export interface BudgetUse {
  tenantId: string;
  timezone: string;
  localDay: string;
  localMonth: string;
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
