import type { AlertSeverity } from "./rules.ts";

export type AlertChannel = "pagerduty" | "slack" | "log";

/** Where each severity goes, in order: the next takes over where one is not set up or refuses for good. */
const ROUTES: Readonly<Record<AlertSeverity, readonly AlertChannel[]>> = {
  critical: ["pagerduty", "slack", "log"],
  warning: ["slack", "log"],
  info: ["log"],
};

/** The first channel of the severity's route that is set up; the log always is. */
export function channelFor(
  severity: AlertSeverity,
  isSetUp: (channel: AlertChannel) => boolean,
): AlertChannel {
  return ROUTES[severity].find((channel) => channel === "log" || isSetUp(channel))!;
}

/** What took over from a channel that refused for good. */
export function channelAfter(
  severity: AlertSeverity,
  refused: AlertChannel,
  isSetUp: (channel: AlertChannel) => boolean,
): AlertChannel {
  const route = ROUTES[severity];
  return route.slice(route.indexOf(refused) + 1).find(isSetUp) ?? "log";
}

/**
 * Told, to be tried again, or never. Slack and PagerDuty answer 2xx when they took it, 429 and 5xx when they could not;
 * any other answer stays the same however often it is asked for.
 */
export function judgeAnswer(httpStatus: number): "told" | "later" | "never" {
  if (httpStatus >= 200 && httpStatus < 300) return "told";
  return httpStatus === 429 || httpStatus >= 500 ? "later" : "never";
}

const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 300;

/** How long to wait after so many tries; no shorter than the other side asked for. */
export function waitSeconds(tries: number, askedForSeconds: number | null): number {
  const doubled = FIRST_WAIT_SECONDS * 2 ** Math.min(tries - 1, 10);
  return Math.max(Math.min(doubled, LONGEST_WAIT_SECONDS), Math.min(askedForSeconds ?? 0, 3_600));
}
