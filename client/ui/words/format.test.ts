import { describe, expect, test } from "vitest";
import {
  countOf,
  formatAgo,
  formatBytes,
  formatDuration,
  formatMoment,
  formatMoney,
  formatPhone,
  formatShare,
} from "./format.ts";

const at = (iso: string) => new Date(iso);

test("money keeps the fractions of a cent that a segment costs", () => {
  expect(formatMoney(12_345_678, "USD", "en-US")).toBe("$12.35");
  expect(formatMoney(51_500, "USD", "en-US")).toBe("$0.0515");
  expect(formatMoney(0, "USD", "en-US")).toBe("$0.00");
});

test("a share is never rounded to 0% or 100%", () => {
  expect(formatShare(0.999, "en")).toBe("99%");
  expect(formatShare(0.001, "en")).toBe("1%");
  expect(formatShare(1, "en")).toBe("100%");
});

test("counts agree with their noun", () => {
  expect(countOf(1, "contact", "contacts", "en")).toBe("1 contact");
  expect(countOf(2400, "reply", "replies", "en")).toBe("2,400 replies");
});

describe("moments", () => {
  const now = at("2025-07-01T04:00:00Z");
  test("today shows the time alone, to the millisecond for a proof", () => {
    expect(formatMoment(at("2025-07-01T04:02:07.290Z"), now, "millisecond", "UTC", "en-GB")).toBe(
      "04:02:07.290",
    );
  });
  test("today is the viewer's today, not that of UTC", () => {
    expect(formatMoment(at("2025-06-30T15:00:00Z"), now, "minute", "Australia/Sydney", "en-GB")).toBe(
      "01:00",
    );
    expect(formatMoment(at("2025-06-30T15:00:00Z"), now, "minute", "UTC", "en-GB")).toContain("30 Jun");
  });
  test("another year names the year", () => {
    expect(formatMoment(at("2023-02-01T00:00:00Z"), now, "day", "UTC", "en-GB")).toBe("1 Feb 2023");
  });
  test("relative times go both ways", () => {
    expect(formatAgo(at("2025-07-01T03:57:00Z"), now, "en")).toBe("3 minutes ago");
    expect(formatAgo(at("2025-07-01T06:00:00Z"), now, "en")).toBe("in 2 hours");
  });
});

test("durations use at most two units", () => {
  expect(formatDuration(44_000)).toBe("44 s");
  expect(formatDuration(400)).toBe("under a second");
  expect(formatDuration(3_600_000 * 2 + 300_000)).toBe("2 h 5 min");
  expect(formatDuration(86_400_000 * 3)).toBe("3 days");
});

test("sizes", () => {
  expect(formatBytes(900, "en")).toBe("900 bytes");
  expect(formatBytes(1_234_567, "en")).toBe("1.2 MB");
});

test("groups phone numbers by country, and leaves unknown patterns as they are", () => {
  expect(formatPhone("+61491570006")).toBe("+61 491 570 006");
  expect(formatPhone("+12025550123")).toBe("+1 202 555 0123");
  expect(formatPhone("+4915112345678")).toBe("+4915112345678");
});
