import { expect, test } from "vitest";
import { type AlertChannel, channelAfter, channelFor, judgeAnswer, waitSeconds } from "./delivery.ts";

const only =
  (...channels: AlertChannel[]) =>
  (channel: AlertChannel) =>
    channels.includes(channel);

test("critical pages, warnings go to Slack, the rest to the log; what is not set up is passed over", () => {
  const all = only("pagerduty", "slack");
  expect(channelFor("critical", all)).toBe("pagerduty");
  expect(channelFor("warning", all)).toBe("slack");
  expect(channelFor("info", all)).toBe("log");
  expect(channelFor("critical", only("slack"))).toBe("slack");
  expect(channelFor("critical", only())).toBe("log");
  expect(channelFor("warning", only("pagerduty"))).toBe("log");
});

test("where a channel refuses for good, the next takes over", () => {
  expect(channelAfter("critical", "pagerduty", only("slack"))).toBe("slack");
  expect(channelAfter("critical", "pagerduty", only("pagerduty"))).toBe("log");
  expect(channelAfter("critical", "slack", only("pagerduty", "slack"))).toBe("log");
  expect(channelAfter("warning", "slack", only("slack"))).toBe("log");
  expect(channelAfter("info", "log", only())).toBe("log");
});

test.each([
  [200, "told"],
  [202, "told"],
  [299, "told"],
  [199, "never"],
  [302, "never"],
  [400, "never"],
  [404, "never"],
  [410, "never"],
  [428, "never"],
  [429, "later"],
  [499, "never"],
  [500, "later"],
  [503, "later"],
])("answer %d: %s", (status, judged) => expect(judgeAnswer(status)).toBe(judged));

test("waits longer each time, up to five minutes, and never shorter than asked", () => {
  expect([1, 2, 3, 6, 7, 8, 30_000].map((tries) => waitSeconds(tries, null))).toEqual([
    5, 10, 20, 160, 300, 300, 300,
  ]);
  expect(waitSeconds(1, 30)).toBe(30);
  expect(waitSeconds(5, 30)).toBe(80);
  expect(waitSeconds(1, 1e9)).toBe(3_600);
});
