import { z } from "zod";

const EVENTS_URL = "https://events.pagerduty.com/v2/enqueue";

/** Where alerts are sent. Each is a secret except the address, of which PagerDuty has one per region. */
export const alertSettings = {
  PAGERDUTY_ROUTING_KEY: z
    .string()
    .regex(/^[A-Za-z0-9]{32}$/, "must be the 32 letters and digits of an Events API v2 integration")
    .optional(),
  PAGERDUTY_EVENTS_URL: z.string().default(EVENTS_URL),
  SLACK_WEBHOOK_URL: z.string().optional(),
};

const PAGERDUTY = /^https:\/\/events(\.eu)?\.pagerduty\.com\/v2\/enqueue$/;
const SLACK = /^https:\/\/hooks\.slack(-gov)?\.com\/(services|triggers|workflows)\/[\w/-]+$/;
/** A stand-in on this machine is for tests. In production it could hide alerts from people. */
const STAND_IN = /^http:\/\/127\.0\.0\.1:\d{1,5}\/[\w/-]*$/;

/**
 * Returns the faults of these variables. Alerts name tenants and figures, so they may go only to these two services,
 * whatever the environment says.
 */
export function alertFaults(env: Record<string, string | undefined>): string[] {
  const faults: string[] = [];
  const allowed = (url: string | undefined, real: RegExp) =>
    !url?.trim() || real.test(url) || (env.NODE_ENV !== "production" && STAND_IN.test(url));
  if (!allowed(env.PAGERDUTY_EVENTS_URL, PAGERDUTY)) {
    faults.push(`PAGERDUTY_EVENTS_URL must be ${EVENTS_URL}, or https://events.eu.pagerduty.com/v2/enqueue`);
  }
  if (!allowed(env.SLACK_WEBHOOK_URL, SLACK)) {
    faults.push(
      "SLACK_WEBHOOK_URL must be an incoming webhook such as https://hooks.slack.com/services/T…/B…/…",
    );
  }
  return faults;
}
