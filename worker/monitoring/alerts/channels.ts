import { type AlertChannel, noticeOutcome } from "@smscrm/core/alerts/delivery";
import { type AlertNotice, pagerDutyEvent, slackMessage } from "@smscrm/core/alerts/notification";
import type { Logger } from "pino";

/** The result of a notification. `problem` says why it failed, without an address, a key or anyone's text. */
type NotifyResult =
  | { sent: true }
  | { sent: false; forGood: boolean; problem: string; askedForSeconds: number | null };

export type Channels = Partial<Record<AlertChannel, (notice: AlertNotice) => Promise<NotifyResult>>>;

export interface ChannelSettings {
  PAGERDUTY_ROUTING_KEY?: string | undefined;
  PAGERDUTY_EVENTS_URL: string;
  SLACK_WEBHOOK_URL?: string | undefined;
}

/** Returns the channels that are configured. The log is always one: it gets alerts that no other channel takes. */
export function openChannels(settings: ChannelSettings, log: Logger): Channels {
  const {
    PAGERDUTY_ROUTING_KEY: key,
    PAGERDUTY_EVENTS_URL: eventsUrl,
    SLACK_WEBHOOK_URL: slackUrl,
  } = settings;
  return {
    ...(key ? { pagerduty: (notice) => post(eventsUrl, pagerDutyEvent(notice, key)) } : {}),
    ...(slackUrl ? { slack: (notice) => post(slackUrl, slackMessage(notice)) } : {}),
    log: async ({ id, rule, severity, tenantId, object, resolvedAt }) => {
      const level = severity === "critical" ? "error" : severity === "warning" ? "warn" : "info";
      log[level](
        { alertId: id, rule, severity, tenantId, object },
        resolvedAt ? "an alert is over" : "alert",
      );
      return { sent: true };
    },
  };
}

/**
 * Shorter than the lease of a notice, so that no other worker sends the same one, and than the time limit of a
 * worker's stop.
 */
const LIMIT_MS = 10_000;

/** Posts to a channel. It follows no redirect, so that alerts reach only the address that was checked. */
async function post(url: string, body: unknown): Promise<NotifyResult> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const answer = await response.text();
    const outcome = noticeOutcome(response.status);
    if (outcome === "sent") return { sent: true };
    const problem = `HTTP ${response.status}${codeIn(answer)}`;
    const asked = Number(response.headers.get("retry-after") ?? Number.NaN);
    const askedForSeconds = Number.isFinite(asked) ? asked : null;
    return { sent: false, forGood: outcome === "rejected", problem, askedForSeconds };
  } catch (error) {
    const { name, code, cause } = error as Error & { code?: string; cause?: { code?: string } };
    return { sent: false, forGood: false, problem: code ?? cause?.code ?? name, askedForSeconds: null };
  }
}

/**
 * Returns Slack's error code, one word such as `no_service`. A longer answer may repeat what we sent, so it is
 * dropped.
 */
function codeIn(answer: string): string {
  return /^[a-z_]{1,40}$/.test(answer.trim()) ? ` ${answer.trim()}` : "";
}
