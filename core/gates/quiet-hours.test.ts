import { expect, test } from "vitest";
import { exampleAllowances, exampleFacts } from "../testing/example.ts";
import { hoursFor } from "../time/destination-hours.ts";
import { closedOn, DEFAULT_SCHEDULE, everyDay, type WeekSchedule } from "../time/quiet-hours.ts";
import type { MessageFacts } from "./gate.ts";
import { evaluate } from "./index.ts";
import { quietHours } from "./quiet-hours.ts";

const NOON = new Date("2026-11-23T04:00:00Z");
const NIGHT = new Date("2026-11-23T13:40:00Z");
const NEVER: WeekSchedule = Array.from({ length: 7 }, () => null);

const ask = (now: Date, changes: Partial<MessageFacts["quietHours"]> = {}) =>
  quietHours({ quietHours: { ...exampleFacts().quietHours, ...changes } }, now);

test("passes by day", () => {
  expect(ask(NOON)).toEqual({ kind: "pass" });
});

test("holds at night until the morning, with the local time", () => {
  expect(ask(NIGHT)).toEqual({
    kind: "hold",
    reason: "Quiet hours",
    until: new Date("2026-11-24T01:00:00Z"),
    looked: { zone: "Australia/Perth", zones: 1, zoneSource: "stated", localTime: "21:40", opens: true },
  });
});

test("holds for the one zone in which it is night", () => {
  const zones = ["Australia/Perth", "Australia/Sydney"];
  const evening = new Date("2026-11-23T11:00:00Z");
  expect(ask(evening, { zones, zoneSource: "unknown" })).toMatchObject({
    until: new Date("2026-11-24T01:00:00Z"),
    looked: { zone: "Australia/Sydney", zones: 2, zoneSource: "unknown", localTime: "22:00" },
  });
});

test("names the weekday that is closed all day, but not a day that is only closed at this hour", () => {
  const monToSat = [...everyDay("09:00", "20:00").slice(0, 6), null];
  const sunday = new Date("2026-11-22T04:00:00Z");
  expect(ask(sunday, { schedules: [DEFAULT_SCHEDULE, monToSat] })).toMatchObject({
    until: new Date("2026-11-23T01:00:00Z"),
    looked: { localTime: "12:00", closedOn: "Sunday" },
  });
  const night = ask(NIGHT, { schedules: [DEFAULT_SCHEDULE, monToSat] });
  expect(night.kind === "hold" && night.looked).not.toHaveProperty("closedOn");
  // A public holiday is named as one.
  const closed = closedOn(monToSat, new Set([Math.floor(sunday.getTime() / 86_400_000)]));
  const holiday = ask(sunday, { schedules: [closed] });
  expect(holiday).toMatchObject({ looked: { publicHoliday: true } });
  expect(holiday.kind === "hold" && holiday.looked).not.toHaveProperty("closedOn");
});

test("holds for the strictest of several schedules", () => {
  expect(ask(NOON, { schedules: [DEFAULT_SCHEDULE, everyDay("15:00", "16:00")] })).toMatchObject({
    until: new Date("2026-11-23T07:00:00Z"),
  });
});

test("passes at night when an owner recorded a reason", () => {
  expect(ask(NIGHT, { overrideReason: "flood warning" })).toEqual({ kind: "pass" });
  expect(ask(NIGHT, { overrideReason: " " })).toMatchObject({ kind: "hold" });
});

test("names the rule that opens last, and none for hours that were chosen", () => {
  const zones = ["America/New_York"];
  const evening = new Date("2026-12-03T02:30:00Z");
  const florida = hoursFor({ country: "US", quietHours: DEFAULT_SCHEDULE }, null, [
    { country: "US", region: "FL" },
  ]);
  const kentucky = hoursFor({ country: "US", quietHours: DEFAULT_SCHEDULE }, null, [
    { country: "US", region: "KY" },
  ]);
  expect(ask(evening, { schedules: florida, zones })).toMatchObject({ looked: { rule: "US-FL" } });
  expect(ask(evening, { schedules: kentucky, zones })).toMatchObject({ looked: { rule: "US-KY" } });
  expect(ask(evening, { schedules: [...kentucky].reverse(), zones })).toMatchObject({
    looked: { rule: "US-KY" },
  });
  expect(ask(evening, { schedules: florida, zones: ["Mars/Base"] })).toMatchObject({
    looked: { rule: "US-FL" },
  });
  const never = closedOn(florida[2] as WeekSchedule, new Set());
  expect(ask(evening, { schedules: [never], zones })).not.toHaveProperty("looked.rule");
});

test("holds for a week when the hours never open", () => {
  const never = { kind: "hold", until: new Date("2026-11-30T04:00:00Z") };
  expect(ask(NOON, { schedules: [NEVER] })).toMatchObject({
    ...never,
    looked: { opens: false, localTime: "12:00" },
  });
  expect(ask(NOON, { zones: ["Mars/Base"] })).toMatchObject({
    ...never,
    looked: { zone: "Mars/Base", localTime: null },
  });
  expect(ask(NOON, { zones: [] })).toMatchObject({ ...never, looked: { zone: null, localTime: null } });
  expect(ask(NOON, { schedules: [] })).toMatchObject({ ...never, looked: { zone: "Australia/Perth" } });
  // Nobody knows when it opens: no time is shown for it, and it is no proof that the message is too late.
  const facts = exampleFacts({
    quietHours: { ...exampleFacts().quietHours, schedules: [NEVER] },
    expiry: { expiresAt: new Date(NOON.getTime() + 3_600_000) },
  });
  expect(evaluate(facts, exampleAllowances(), NOON)).toMatchObject({
    kind: "hold",
    gate: "quiet-hours",
    recheck: true,
    until: facts.expiry.expiresAt,
  });
});
