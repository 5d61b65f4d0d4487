import type { AlertSeverity } from "./rules.ts";

export type AlertChannel = "pagerduty" | "slack" | "log";

/**
 * The channels of each severity, in order. The next one takes over where a channel is not set up or refuses for good.
 */
const ROUTES: Readonly<Record<AlertSeverity, readonly AlertChannel[]>> = {
  critical: ["pagerduty", "slack", "log"],
  warning: ["slack", "log"],
  info: ["log"],
};

/** Returns the first channel of the severity's route that is set up. The log always is. */
export function channelFor(
  severity: AlertSeverity,
  isSetUp: (channel: AlertChannel) => boolean,
): AlertChannel {
  return ROUTES[severity].find((channel) => channel === "log" || isSetUp(channel))!;
}

/** Returns the channel that takes over from one that refused for good. */
export function channelAfter(
  severity: AlertSeverity,
  refused: AlertChannel,
  isSetUp: (channel: AlertChannel) => boolean,
): AlertChannel {
  const route = ROUTES[severity];
  return route.slice(route.indexOf(refused) + 1).find(isSetUp) ?? "log";
}

/**
 * Whether a channel took a notice, may take it later, or never will. Slack and PagerDuty answer 2xx when they took
 * it, 429 and 5xx when they could not. Any other answer stays the same however often we try.
 */
export function noticeOutcome(httpStatus: number): "sent" | "retry" | "rejected" {
  if (httpStatus >= 200 && httpStatus < 300) return "sent";
  return httpStatus === 429 || httpStatus >= 500 ? "retry" : "rejected";
}

const FIRST_WAIT_SECONDS = 5;
const WAIT_SECONDS_MAX = 300;

/** How long to wait after this number of tries: never less than the other side asked for. */
export function waitSeconds(tries: number, askedForSeconds: number | null): number {
  const doubled = FIRST_WAIT_SECONDS * 2 ** Math.min(tries - 1, 10);
  return Math.max(Math.min(doubled, WAIT_SECONDS_MAX), Math.min(askedForSeconds ?? 0, 3_600));
}
