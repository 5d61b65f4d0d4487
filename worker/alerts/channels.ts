import { type AlertChannel, judgeAnswer } from "@smscrm/core/alerts/delivery";
import { type AlertNotice, pagerDutyEvent, slackMessage } from "@smscrm/core/alerts/notification";
import type { Logger } from "pino";

/** How a try to tell somebody ended. `problem` says why without an address, a key or anybody's text. */
export type Told =
  | { told: true }
  | { told: false; forGood: boolean; problem: string; askedForSeconds: number | null };

export type Channels = Partial<Record<AlertChannel, (notice: AlertNotice) => Promise<Told>>>;

export interface ChannelSettings {
  PAGERDUTY_ROUTING_KEY?: string | undefined;
  PAGERDUTY_EVENTS_URL: string;
  SLACK_WEBHOOK_URL?: string | undefined;
}

/** The channels that are set up. The log is one of them: it takes what no other takes. */
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
      return { told: true };
    },
  };
}

/** Shorter than the lease of a notice, so that nobody else tells the same meanwhile, and than a worker's stop may take. */
const LIMIT_MS = 10_000;

/** A redirect is an answer like any other: what is told goes to the address that was checked. */
async function post(url: string, body: unknown): Promise<Told> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const answer = await response.text();
    const judged = judgeAnswer(response.status);
    if (judged === "told") return { told: true };
    const problem = `HTTP ${response.status}${codeIn(answer)}`;
    const asked = Number(response.headers.get("retry-after") ?? Number.NaN);
    const askedForSeconds = Number.isFinite(asked) ? asked : null;
    return { told: false, forGood: judged === "never", problem, askedForSeconds };
  } catch (error) {
    const { name, code, cause } = error as Error & { code?: string; cause?: { code?: string } };
    return { told: false, forGood: false, problem: code ?? cause?.code ?? name, askedForSeconds: null };
  }
}

/** Slack answers with one word such as `no_service`; anything longer may repeat what we sent. */
function codeIn(answer: string): string {
  return /^[a-z_]{1,40}$/.test(answer.trim()) ? ` ${answer.trim()}` : "";
}
