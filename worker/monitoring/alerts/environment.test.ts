import { expect, test } from "vitest";
import { workerEnvironment } from "../../environment.ts";
import { alertFaults } from "./environment.ts";

const key = "a".repeat(32);

test("alerts are sent to PagerDuty and Slack only", () => {
  expect(alertFaults({})).toEqual([]);
  expect(
    alertFaults({
      NODE_ENV: "production",
      PAGERDUTY_EVENTS_URL: "https://events.eu.pagerduty.com/v2/enqueue",
      SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x",
    }),
  ).toEqual([]);
  for (const url of [
    "http://hooks.slack.com/services/T0/B0/x",
    "https://hooks.slack.com.example.com/services/T0/B0/x",
    "https://hooks.slack.com/services/T0/B0/x?to=http://169.254.169.254/",
    "https://user@hooks.slack.com/services/T0",
    "http://169.254.169.254/latest",
    "http://127.0.0.1:1@example.com/",
    "http://localhost:9/services",
  ]) {
    expect(alertFaults({ SLACK_WEBHOOK_URL: url }), url).toHaveLength(1);
    expect(alertFaults({ PAGERDUTY_EVENTS_URL: url }), url).toHaveLength(1);
  }
});

test("a stand-in on this machine is allowed in tests, never in production", () => {
  const standIn = {
    SLACK_WEBHOOK_URL: "http://127.0.0.1:4000/services/x",
    PAGERDUTY_EVENTS_URL: "http://127.0.0.1:4000/v2",
  };
  expect(alertFaults({ ...standIn, NODE_ENV: "test" })).toEqual([]);
  expect(alertFaults({ ...standIn, NODE_ENV: "production" })).toHaveLength(2);
});

test("faults name the variable and never its value, all at once", () => {
  const faults = workerEnvironment({
    PAGERDUTY_ROUTING_KEY: "short-secret",
    SLACK_WEBHOOK_URL: "https://example.com/secret",
    WORKER_PORT: "none",
  }) as string[];
  expect(faults.map((fault) => fault.split(" ")[0]).sort()).toEqual([
    "PAGERDUTY_ROUTING_KEY",
    "SLACK_WEBHOOK_URL",
    "WORKER_PORT",
  ]);
  expect(faults.join()).not.toContain("secret");
  expect(workerEnvironment({ PAGERDUTY_ROUTING_KEY: key })).toMatchObject({
    PAGERDUTY_ROUTING_KEY: key,
    PAGERDUTY_EVENTS_URL: "https://events.pagerduty.com/v2/enqueue",
  });
});
