/** critical: someone is paged. warning: the team's channel. info: the log and the dashboard. */
export type AlertSeverity = "critical" | "warning" | "info";

export interface AlertRule {
  severity: AlertSeverity;
  title: string;
  /** The condition must hold this long without a break before anyone is notified. */
  holdsForSeconds: number;
  /** A section of docs/runbook.md, by its heading. */
  section: string;
  /** What to do first, in the words of the runbook. Nobody should have to search for it at 3 a.m. */
  advice: string;
}

/**
 * An open alert resolves once its condition has not held for this long. So a condition that comes and goes is one
 * alert.
 */
export const CLEAR_AFTER_SECONDS = 300;

/**
 * A share of fewer messages than this says nothing. The opt-out rule looks at the last hundred, and the other shares
 * use the same minimum.
 */
export const MESSAGES_MIN = 100;

/** Thresholds of the operators' runbook, "Alert conditions". Shares are of 1. */
export const THRESHOLDS = {
  deliveryRateCritical: 0.9,
  deliveryRateLow: 0.95,
  queueDepth: 10_000,
  optOutRate: 0.03,
  webhookLagSeconds: 30,
  failureRate: 0.05,
  budgetShare: 0.9,
  /** How long before its end a suppression list is warned of. */
  listEndsDays: 7,
  /** Backups are made daily, so this allows two hours of delay. */
  backupAgeHours: 26,
} as const;

const HIGH_FAILURE = "Issue: High failure rate";

export const ALERT_RULES = {
  "delivery-rate-critical": {
    severity: "critical",
    title: "Delivery rate below 90 %",
    holdsForSeconds: 600,
    section: HIGH_FAILURE,
    advice:
      "Diagnose with pnpm run doctor: it names the reason that failures share. Check the carrier's status and account. If texts do not arrive, pause sending while you investigate.",
  },
  "queue-depth": {
    severity: "critical",
    title: "More than 10,000 messages wait in the queue",
    holdsForSeconds: 300,
    section: "Issue: Messages not sending",
    advice:
      "Check the worker's /health and that the queue answers. Restart the workers; if they are healthy but too slow, start more.",
  },
  "database-connection": {
    severity: "critical",
    title: "Database connection failures",
    holdsForSeconds: 0,
    section: "Database operations",
    advice:
      "Check that PostgreSQL runs, has disk space left and accepts connections (max_connections). Nothing is sent while it can't be reached, and nothing is lost.",
  },
  "delivery-rate-low": {
    severity: "warning",
    title: "Delivery rate below 95 %",
    holdsForSeconds: 600,
    section: HIGH_FAILURE,
    advice: "Diagnose with pnpm run doctor: it names the reason that failures share.",
  },
  "opt-out-rate": {
    severity: "warning",
    title: "Opt-out rate above 3 %",
    holdsForSeconds: 0,
    section: "Monitoring: opt-out rate",
    advice:
      "Carriers block senders whose recipients opt out. Pause the campaign, and check its audience and its text.",
  },
  "webhook-lag": {
    severity: "warning",
    title: "Carrier status updates come more than 30 seconds late",
    holdsForSeconds: 300,
    section: "Issue: Webhook not processing",
    advice:
      "Check that PUBLIC_URL is reachable from outside, that signatures are valid (System page: invalid signatures, 24 h), and that the API is not overloaded.",
  },
  "failure-rate": {
    severity: "warning",
    title: "Failure rate above 5 %",
    holdsForSeconds: 600,
    section: HIGH_FAILURE,
    advice: "Diagnose with pnpm run doctor: it names the reason that failures share.",
  },
  "automatic-answers": {
    severity: "warning",
    title: "Automatic answers are withheld: too many texts ask for one",
    holdsForSeconds: 0,
    section: "Issue: Automatic answers withheld",
    advice:
      "Check who writes: perhaps a machine, or one person with many numbers. Opt-outs still take effect; only their confirmations and the answers to HELP are not sent.",
  },
  "backup-age": {
    severity: "warning",
    title: "The newest backup is older than 26 hours",
    holdsForSeconds: 0,
    section: "Database operations: Backups",
    advice: "Run ./scripts/backup.sh by hand and read what it says; then check the backup service's log.",
  },
  "suppression-list": {
    severity: "warning",
    title: "A suppression list ends within 7 days, or has expired",
    holdsForSeconds: 0,
    section: "Monitoring: suppression lists",
    advice:
      "Download the register's list again and upload it under Do not contact → Suppression lists. After its end marketing to its country waits, or goes on unchecked, as the organisation chose.",
  },
  "first-part": {
    severity: "warning",
    title: "A campaign is held after its first part or A/B test",
    holdsForSeconds: 0,
    section: "Monitoring: campaigns held after a first part",
    advice:
      "Open the campaign: it says what the first part or the A/B test showed. Continue it or choose a text if the text and the audience are right, or cancel it.",
  },
  "report-drift": {
    severity: "warning",
    title: "Figures of reports differed from the messages",
    holdsForSeconds: 0,
    section: "Monitoring: figures of reports",
    advice:
      "The figures are counted again already. Find out why they were wrong: somebody changed rows by hand, or it is a fault to report.",
  },
  budget: {
    severity: "info",
    title: "Budget is 90 % used",
    holdsForSeconds: 0,
    section: "Issue: Budget exceeded but still sending",
    advice:
      "At 100 % messages wait until the period ends. To send them earlier, raise the budget in Settings.",
  },
  "warm-up-limit": {
    severity: "info",
    title: "Daily warm-up limit reached",
    holdsForSeconds: 0,
    section: "Monitoring: warm-up",
    advice: "The number sends again after midnight. Add another number if that is too late.",
  },
  "import-completed": {
    severity: "info",
    title: "Import completed",
    holdsForSeconds: 0,
    section: "Monitoring: imports",
    advice: "Look at the rejected rows of the import, if there are any.",
  },
} as const satisfies Record<string, AlertRule>;

export type AlertRuleName = keyof typeof ALERT_RULES;
export const ALERT_RULE_NAMES = Object.keys(ALERT_RULES) as AlertRuleName[];

export function alertRule(name: AlertRuleName): AlertRule {
  return ALERT_RULES[name];
}

/** Whether the rule reports an event, not a condition: it notifies once and is over. */
export function isEvent(name: AlertRuleName): boolean {
  return name === "import-completed";
}
