import { everyDay } from "@smscrm/core/time/quiet-hours";
import { expect, test } from "vitest";
import { weekGroups } from "./week-groups.ts";

test("joins neighbouring days with equal hours", () => {
  expect(weekGroups(everyDay("09:00", "21:00"))).toEqual(["Every day 09:00–21:00"]);
  const week = everyDay("09:00", "21:00").map((window, day) => (day === 6 ? null : window));
  expect(weekGroups(week)).toEqual(["Mon–Sat 09:00–21:00", "Sun no texts"]);
});
