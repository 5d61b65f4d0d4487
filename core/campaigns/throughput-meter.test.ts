import { expect, test } from "vitest";
import { createThroughputMeter } from "./throughput-meter.ts";

const reading = (second: number, sent: number) => ({ at: new Date(second * 1_000), sent, ratePerSecond: 7 });

test("the pace is that of the last ten seconds, and what was read stands until two are seen", () => {
  const pace = createThroughputMeter();
  const paceAt = (second: number, sent: number) => pace(reading(second, sent)).ratePerSecond;
  expect(paceAt(100, 0)).toBe(7);
  expect(paceAt(101.9, 300)).toBe(7);
  expect(paceAt(102, 400)).toBe(200);
  expect(paceAt(110, 1_000)).toBe(100);
  // From the reading at 102 s on: earlier ones are more than ten seconds old.
  expect(paceAt(112, 1_000)).toBe(60);
  expect(paceAt(121, 1_000)).toBe(0);
});

test("readings that are far apart tell the pace between them", () => {
  const pace = createThroughputMeter();
  pace(reading(0, 0));
  pace(reading(60, 600));
  expect(pace(reading(120, 1_800)).ratePerSecond).toBe(20);
});
