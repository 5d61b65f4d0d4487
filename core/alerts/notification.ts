import { type AlertRuleName, type AlertSeverity, alertRule } from "./rules.ts";

/** What a notice says about an alert, on every channel. */
export interface AlertNotice {
  id: string;
  rule: AlertRuleName;
  severity: AlertSeverity;
  /** Null: the whole system. */
  tenantId: string | null;
  tenantName: string | null;
  object: string;
  summary: string;
  openedAt: Date;
  resolvedAt: Date | null;
  /** Where the dashboard is. */
  publicUrl: string;
}

export const RUNBOOK = "docs/runbook.md";

/** The same key for every notice of one alert, so that PagerDuty groups them; at most 255 characters. */
function dedupKey({ id, rule, tenantId }: AlertNotice): string {
  return `smscrm/${tenantId ?? "system"}/${rule}/${id}`;
}

/** PagerDuty Events API v2: the summary has at most 1,024 characters. */
export function pagerDutyEvent(notice: AlertNotice, routingKey: string): Record<string, unknown> {
  const key = { routing_key: routingKey, dedup_key: dedupKey(notice) };
  if (notice.resolvedAt) return { ...key, event_action: "resolve" };
  const { title, section, advice } = alertRule(notice.rule);
  const { tenantId, tenantName, object, summary, severity, openedAt, publicUrl } = notice;
  return {
    ...key,
    event_action: "trigger",
    payload: {
      summary: clip(`${title}${tenantName ? ` (${tenantName})` : ""}: ${summary}`, 1_024),
      source: new URL(publicUrl).host,
      severity,
      timestamp: openedAt.toISOString(),
      component: "smscrm",
      group: tenantId ?? "system",
      class: notice.rule,
      custom_details: { what_to_do: advice, runbook: `${RUNBOOK}, "${section}"`, object },
    },
    client: "smscrm",
    client_url: alertUrl(notice),
    links: [{ href: alertUrl(notice), text: "The alert in the dashboard" }],
  };
}

/** A section's text has at most 3,000 characters. */
const SLACK_TEXT_MAX = 2_900;

/** Slack's incoming webhook. Names that tenants chose are escaped: they could otherwise call the whole channel. */
export function slackMessage(notice: AlertNotice): { text: string } {
  const { title, section, advice } = alertRule(notice.rule);
  const about = escapeSlack(notice.tenantName ?? "the whole system");
  const head = notice.resolvedAt ? `Resolved: *${title}*` : `*${title}*`;
  const lines = notice.resolvedAt
    ? [
        `${head} · ${about}`,
        `Since ${minute(notice.openedAt)}, until ${minute(notice.resolvedAt)}. Last: ${escapeSlack(notice.summary)}`,
      ]
    : [
        `${head} · ${about}`,
        escapeSlack(notice.summary),
        `What to do: ${advice}`,
        `Runbook: ${RUNBOOK}, "${section}" · <${alertUrl(notice)}|the alert in the dashboard>`,
      ];
  return { text: clip(lines.join("\n"), SLACK_TEXT_MAX) };
}

function alertUrl({ publicUrl, id }: AlertNotice): string {
  return `${publicUrl}/alerts#${id}`;
}

function minute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Never cuts a character in half. */
function clip(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
