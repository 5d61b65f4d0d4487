import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { dayWords } from "@smscrm/core/time/week-schedule";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const hours = (day: WeekSchedule[number] | undefined) => dayWords(day) ?? "no texts";

/** Returns a week with equal days joined: "Mon–Fri 09:00–21:00", "Sat–Sun no texts". */
export function weekGroups(week: WeekSchedule): string[] {
  const groups: { from: number; to: number; hours: string }[] = [];
  for (let day = 0; day < 7; day++) {
    const last = groups.at(-1);
    if (last && last.hours === hours(week[day])) last.to = day;
    else groups.push({ from: day, to: day, hours: hours(week[day]) });
  }
  return groups.map(({ from, to, hours: words }) => {
    const days =
      from === 0 && to === 6 ? "Every day" : from === to ? DAYS[from] : `${DAYS[from]}–${DAYS[to]}`;
    return `${days} ${words}`;
  });
}
