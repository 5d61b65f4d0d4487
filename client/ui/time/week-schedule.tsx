import type { DayWindow, WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { For, type JSX, Show } from "solid-js";
import { Button } from "../controls/button.tsx";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const CONTROL = "min-h-8 w-32 rounded-lg border border-edge bg-surface px-2 text-sm disabled:opacity-40";

/** The sending hours of each weekday, in the recipient's zone. */
export function WeekScheduleField(props: {
  legend: string;
  value: WeekSchedule;
  disabled?: boolean;
  onChange: (week: (DayWindow | null)[]) => void;
}): JSX.Element {
  const change = (day: number, window: DayWindow | null) =>
    props.onChange(props.value.map((old, index) => (index === day ? window : old)));
  const toAll = () => props.onChange(props.value.map(() => (props.value[0] ? { ...props.value[0] } : null)));
  return (
    <fieldset disabled={props.disabled}>
      <legend class="mb-2 font-medium">{props.legend}</legend>
      <div class="grid gap-1.5">
        <For each={DAYS}>
          {(name, index) => (
            <Day
              name={name}
              window={props.value[index()] ?? null}
              onChange={(window) => change(index(), window)}
            />
          )}
        </For>
      </div>
      <Show when={!props.disabled}>
        <Button size="small" look="quiet" class="mt-2 -ml-2" icon="copy" onClick={toAll}>
          Use Monday’s hours for every day
        </Button>
      </Show>
    </fieldset>
  );
}

function Day(props: {
  name: string;
  window: DayWindow | null;
  onChange: (window: DayWindow | null) => void;
}): JSX.Element {
  const window = () => props.window ?? { open: "09:00", close: "21:00" };
  return (
    <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
      <label class="flex w-30 items-center gap-2.5">
        <input
          type="checkbox"
          class="size-4 accent-accent-fill"
          checked={props.window !== null}
          onChange={(event) => props.onChange(event.currentTarget.checked ? window() : null)}
        />
        {props.name}
      </label>
      <Show when={props.window} fallback={<span class="py-1.5 text-muted">No texts</span>}>
        <span class="flex items-center gap-2">
          <input
            type="time"
            class={CONTROL}
            aria-label={`${props.name}: texts from`}
            value={window().open}
            onChange={(event) => props.onChange({ ...window(), open: event.currentTarget.value })}
          />
          <span class="text-muted">to</span>
          <Show
            when={window().close !== "24:00"}
            fallback={<span class={`${CONTROL} inline-flex items-center`}>midnight</span>}
          >
            <input
              type="time"
              class={CONTROL}
              aria-label={`${props.name}: texts until`}
              value={window().close}
              onChange={(event) => props.onChange({ ...window(), close: event.currentTarget.value })}
            />
          </Show>
        </span>
      </Show>
    </div>
  );
}
