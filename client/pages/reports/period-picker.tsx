import { PERIODS, type PeriodName } from "@smscrm/core/reports/period";
import { For, type JSX, Show } from "solid-js";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { PERIOD_WORDS } from "./report-words.ts";

export type ReportSearch = {
  period?: string;
  from?: string;
  to?: string;
  by?: string;
};

/** Chooses the period of a report. A custom one begins with the days that are shown. */
export function PeriodPicker(props: {
  search: ReportSearch;
  period: PeriodName;
  shown: { from: string; to: string } | undefined;
  onChange: (change: Record<string, string | null>) => void;
}): JSX.Element {
  const choose = (name: string) =>
    props.onChange(
      name === "custom"
        ? { period: name, from: props.shown?.from ?? null, to: props.shown?.to ?? null }
        : { period: name, from: null, to: null },
    );
  const set = (side: "from" | "to") => (event: Event & { currentTarget: HTMLInputElement }) => {
    const day = event.currentTarget.value;
    if (!day) return;
    // A first day behind the last one moves it along, and the other way round.
    const other = side === "from" ? (props.search.to ?? day) : (props.search.from ?? day);
    const isCrossed = side === "from" ? day > other : day < other;
    props.onChange({
      period: "custom",
      [side]: day,
      [side === "from" ? "to" : "from"]: isCrossed ? day : other,
    });
  };
  return (
    <search class="mb-4 grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
      <Select
        label="Period"
        fieldClass="max-sm:col-span-2"
        value={props.period}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <For each={PERIODS}>
          {(name) => (
            <option value={name} selected={name === props.period}>
              {PERIOD_WORDS[name]}
            </option>
          )}
        </For>
      </Select>
      <Show when={props.period === "custom"}>
        <TextField label="From" type="date" value={props.search.from ?? ""} onChange={set("from")} />
        <TextField label="To" type="date" value={props.search.to ?? ""} onChange={set("to")} />
      </Show>
    </search>
  );
}
