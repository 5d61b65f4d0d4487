import { everyDay } from "@smscrm/core/quiet-hours";
import { expect, test } from "vitest";
import { weekGroups } from "./week-groups.ts";

test("equal neighbours are told together", () => {
  expect(weekGroups(everyDay("09:00", "21:00"))).toEqual(["Every day 09:00–21:00"]);
  const week = everyDay("09:00", "21:00").map((window, day) => (day === 6 ? null : window));
  expect(weekGroups(week)).toEqual(["Mon–Sat 09:00–21:00", "Sun no texts"]);
});
