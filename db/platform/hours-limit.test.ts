import { ALWAYS_OPEN, DEFAULT_SCHEDULE, everyDay, type WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { isStricter } from "@smscrm/core/time/stricter-hours";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const lunch: WeekSchedule = Array(7).fill([
  { open: "09:00", close: "12:00" },
  { open: "14:00", close: "18:00" },
]);

test.each<[string, WeekSchedule, WeekSchedule]>([
  ["two windows within one", lunch, DEFAULT_SCHEDULE],
  ["two windows within the same two", lunch, lunch],
  ["one window within the second of two", everyDay("15:00", "16:00"), lunch],
  ["one window over the gap of two", everyDay("11:00", "15:00"), lunch],
  ["a second window outside", lunch, everyDay("09:00", "17:00")],
  ["a first window outside", lunch, everyDay("10:00", "20:00")],
  ["a window on a closed day", lunch, [null, ...lunch.slice(1)]],
  ["a closed day", [null, ...lunch.slice(1)], lunch],
  ["the whole day", ALWAYS_OPEN, DEFAULT_SCHEDULE],
])(
  "the database and core agree whether hours are within the platform's limit: %s",
  async (_, hours, limit) => {
    const [row] = await fixture.owner<{ within: boolean }[]>`
    select hours_within(${fixture.owner.json(hours as never)}, ${fixture.owner.json(limit as never)}) as within`;
    expect(row!.within).toBe(isStricter(hours, limit));
  },
);
