import { expect, test } from "vitest";
import { type AlertChannel, channelAfter, channelFor, noticeOutcome, waitSeconds } from "./delivery.ts";

const only =
  (...channels: AlertChannel[]) =>
  (channel: AlertChannel) =>
    channels.includes(channel);

test("critical pages, warnings go to Slack, the rest to the log; channels that are not set up are skipped", () => {
  const all = only("pagerduty", "slack");
  expect(channelFor("critical", all)).toBe("pagerduty");
  expect(channelFor("warning", all)).toBe("slack");
  expect(channelFor("info", all)).toBe("log");
  expect(channelFor("critical", only("slack"))).toBe("slack");
  expect(channelFor("critical", only())).toBe("log");
  expect(channelFor("warning", only("pagerduty"))).toBe("log");
});

test("the next channel takes over when one refuses for good", () => {
  expect(channelAfter("critical", "pagerduty", only("slack"))).toBe("slack");
  expect(channelAfter("critical", "pagerduty", only("pagerduty"))).toBe("log");
  expect(channelAfter("critical", "slack", only("pagerduty", "slack"))).toBe("log");
  expect(channelAfter("warning", "slack", only("slack"))).toBe("log");
  expect(channelAfter("info", "log", only())).toBe("log");
});

test.each([
  [200, "sent"],
  [202, "sent"],
  [299, "sent"],
  [199, "rejected"],
  [302, "rejected"],
  [400, "rejected"],
  [404, "rejected"],
  [410, "rejected"],
  [428, "rejected"],
  [429, "retry"],
  [499, "rejected"],
  [500, "retry"],
  [503, "retry"],
])("answer %d: %s", (status, judged) => expect(noticeOutcome(status)).toBe(judged));

test("waits longer each time, up to five minutes, and never less than asked", () => {
  expect([1, 2, 3, 6, 7, 8, 30_000].map((tries) => waitSeconds(tries, null))).toEqual([
    5, 10, 20, 160, 300, 300, 300,
  ]);
  expect(waitSeconds(1, 30)).toBe(30);
  expect(waitSeconds(5, 30)).toBe(80);
  expect(waitSeconds(1, 1e9)).toBe(3_600);
});
