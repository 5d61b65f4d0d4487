import type { SeriesInput } from "../../../data/series.ts";
import { countOf } from "../../../ui/words/format.ts";
import { WEEKDAYS } from "../../../ui/words/weekdays.ts";

type Rule = SeriesInput["rule"];

const listOf = new Intl.ListFormat("en", { type: "conjunction" });

/** "Every Monday and Friday at 09:00", "On day 31 of each month at 09:00", "3 days before birthday at 09:00". */
export function ruleWords(rule: Rule): string {
  if (rule.every === "week") {
    const days = rule.weekdays.toSorted((a, b) => a - b).map((day) => WEEKDAYS[day - 1]!);
    return `Every ${days.length === 7 ? "day" : listOf.format(days)} at ${rule.time}`;
  }
  if (rule.every === "month") {
    const short = rule.day > 28 ? ", or the last day of a shorter month," : "";
    return `On day ${rule.day} of each month${short} at ${rule.time}`;
  }
  return `Each year ${offsetWords(rule.offsetDays)} ${rule.field} at ${rule.time}`;
}

function offsetWords(days: number): string {
  if (days === 0) return "on";
  return `${countOf(Math.abs(days), "day")} ${days < 0 ? "before" : "after"}`;
}
