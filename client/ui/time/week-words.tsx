import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { For, type JSX } from "solid-js";
import { weekGroups } from "./week-groups.ts";

/** Shows a week as "Mon–Fri 09:00–21:00", "Sat 10:00–17:00", "Sun no texts". */
export function WeekWords(props: { week: WeekSchedule }): JSX.Element {
  return <For each={weekGroups(props.week)}>{(group) => <span class="block">{group}</span>}</For>;
}
