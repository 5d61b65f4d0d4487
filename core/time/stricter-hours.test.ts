import fc from "fast-check";
import { expect, test } from "vitest";
import { quietHoursProblem } from "../campaigns/campaign.ts";
import { DEFAULT_SCHEDULE, everyDay, isOpen, isStricter, type WeekSchedule } from "./quiet-hours.ts";

const with7 = (changes: Record<number, WeekSchedule[number]>): WeekSchedule =>
  DEFAULT_SCHEDULE.map((window, day) => (day in changes ? changes[day]! : window));

test.each([
  ["the same hours", DEFAULT_SCHEDULE, DEFAULT_SCHEDULE, null],
  ["fewer hours", everyDay("10:00", "17:00"), DEFAULT_SCHEDULE, null],
  ["a day without texts", with7({ 6: null }), DEFAULT_SCHEDULE, null],
  ["none of its own", null, DEFAULT_SCHEDULE, null],
  [
    "earlier on Wednesday",
    with7({ 2: { open: "08:30", close: "12:00" } }),
    DEFAULT_SCHEDULE,
    "On Wednesday the campaign would text from 08:30, before 09:00. A campaign's hours must lie within those in Settings: shorten them, or leave them as in Settings.",
  ],
  [
    "later on Sunday",
    with7({ 6: { open: "09:00", close: "22:00" } }),
    DEFAULT_SCHEDULE,
    "On Sunday the campaign would text until 22:00, after 21:00. A campaign's hours must lie within those in Settings: shorten them, or leave them as in Settings.",
  ],
  [
    "on a day that is closed",
    DEFAULT_SCHEDULE,
    with7({ 0: null }),
    "On Monday the campaign would text although Settings allow no texts. A campaign's hours must lie within those in Settings: shorten them, or leave them as in Settings.",
  ],
] as const)("%s", (_name, campaign, tenant, problem) => {
  expect(quietHoursProblem(campaign, tenant)).toBe(problem);
  expect(campaign === null || isStricter(campaign, tenant)).toBe(problem === null);
});

test("a campaign within one of two windows may go, one between them may not", () => {
  const lunch: WeekSchedule = Array(7).fill([
    { open: "09:00", close: "12:00" },
    { open: "14:00", close: "18:00" },
  ]);
  expect(quietHoursProblem(everyDay("14:00", "17:00"), lunch)).toBeNull();
  expect(quietHoursProblem(lunch, lunch)).toBeNull();
  expect(quietHoursProblem(lunch, DEFAULT_SCHEDULE)).toBeNull();
  expect(quietHoursProblem(everyDay("11:00", "15:00"), lunch)).toMatch(
    "On Monday the campaign would text from 11:00 to 15:00, outside 09:00–12:00 and 14:00–18:00.",
  );
});

test("a recorded reason passes, a blank one does not", () => {
  const early = everyDay("06:00", "21:00");
  expect(quietHoursProblem(early, DEFAULT_SCHEDULE, "flood warning, agreed with Mia")).toBeNull();
  expect(quietHoursProblem(early, DEFAULT_SCHEDULE, "  ")).toMatch(/^On Monday/);
});

test("an allowed campaign is never open when its tenant is closed", () => {
  const hour = fc.integer({ min: 0, max: 23 });
  const two = (hours: number) => `${String(hours).padStart(2, "0")}:00`;
  const window = fc.option(
    fc.tuple(hour, hour).map(([a, b]) => ({ open: two(Math.min(a, b)), close: two(Math.max(a, b) + 1) })),
    { freq: 4 },
  );
  const week = fc.array(window, { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(week, week, (campaign, tenant) => {
      const hours = Array.from({ length: 168 }, (_, index) => new Date(Date.UTC(2026, 10, 23, index, 30)));
      const opensMore = hours.some((at) => isOpen(campaign, "UTC", at) && !isOpen(tenant, "UTC", at));
      expect(isStricter(campaign, tenant)).toBe(!opensMore);
      expect(quietHoursProblem(campaign, tenant) === null).toBe(!opensMore);
    }),
  );
});
