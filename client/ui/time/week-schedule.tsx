import type { DayHours, DayWindow, WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { windowsOf } from "@smscrm/core/time/week-schedule";
import { For, Index, type JSX, Show } from "solid-js";
import { Button, IconButton } from "../controls/button.tsx";
import { WEEKDAYS } from "../words/weekdays.ts";

const CONTROL = "min-h-8 w-32 rounded-lg border border-edge bg-surface px-2 text-sm disabled:opacity-40";
const FIRST: DayWindow = { open: "09:00", close: "21:00" };
const SECOND: DayWindow = { open: "14:00", close: "18:00" };
/** A morning and an afternoon. */
const WINDOWS_SHOWN_MAX = 2;

/** The sending hours of each weekday, in the recipient's zone. */
export function WeekScheduleField(props: {
  legend: string;
  value: WeekSchedule;
  disabled?: boolean;
  /** What a day without hours is called. */
  closedWords?: string;
  onChange: (week: DayHours[]) => void;
}): JSX.Element {
  const change = (day: number, hours: DayHours) =>
    props.onChange(props.value.map((old, index) => (index === day ? hours : old)));
  const toAll = () =>
    props.onChange(
      props.value.map(() => hoursOf(windowsOf(props.value[0]).map((window) => ({ ...window })))),
    );
  return (
    <fieldset disabled={props.disabled}>
      <legend class="mb-2 font-medium">{props.legend}</legend>
      <div class="grid gap-1.5">
        <For each={WEEKDAYS}>
          {(name, index) => (
            <Day
              name={name}
              windows={windowsOf(props.value[index()])}
              disabled={props.disabled ?? false}
              closedWords={props.closedWords ?? "No texts"}
              onChange={(windows) => change(index(), hoursOf(windows))}
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

/** A day with one window is stored as that window. */
const hoursOf = (windows: readonly DayWindow[]): DayHours =>
  windows.length > 1 ? windows : (windows[0] ?? null);

function Day(props: {
  name: string;
  windows: readonly DayWindow[];
  disabled: boolean;
  closedWords: string;
  onChange: (windows: readonly DayWindow[]) => void;
}): JSX.Element {
  const change = (at: number, window: DayWindow) =>
    props.onChange(props.windows.map((old, index) => (index === at ? window : old)));
  return (
    <div class="flex flex-wrap items-start gap-x-3 gap-y-1">
      <label class="flex min-h-8 w-30 items-center gap-2.5">
        <input
          type="checkbox"
          class="size-4 accent-accent-fill"
          checked={props.windows.length > 0}
          onChange={(event) => props.onChange(event.currentTarget.checked ? [FIRST] : [])}
        />
        {props.name}
      </label>
      <Show
        when={props.windows.length > 0}
        fallback={<span class="py-1.5 text-muted">{props.closedWords}</span>}
      >
        <div class="grid gap-1">
          <Index each={props.windows}>
            {(window, index) => (
              <span class="flex flex-wrap items-center gap-2">
                <Hours
                  name={index === 0 ? props.name : `${props.name}, again`}
                  window={window()}
                  onChange={(next) => change(index, next)}
                />
                <Show when={index > 0 && !props.disabled}>
                  <IconButton
                    icon="cross"
                    label={`Remove ${props.name}’s second hours`}
                    onClick={() => props.onChange(props.windows.filter((_, other) => other !== index))}
                  />
                </Show>
              </span>
            )}
          </Index>
        </div>
        <Show when={!props.disabled && props.windows.length < WINDOWS_SHOWN_MAX}>
          <IconButton
            icon="plus"
            class="-my-0.5"
            label={`Add a second time on ${props.name}`}
            onClick={() => props.onChange([...props.windows, SECOND])}
          />
        </Show>
      </Show>
    </div>
  );
}

function Hours(props: {
  name: string;
  window: DayWindow;
  onChange: (window: DayWindow) => void;
}): JSX.Element {
  return (
    <>
      <input
        type="time"
        class={CONTROL}
        aria-label={`${props.name}: texts from`}
        value={props.window.open}
        onChange={(event) => props.onChange({ ...props.window, open: event.currentTarget.value })}
      />
      <span class="text-muted">to</span>
      <Show
        when={props.window.close !== "24:00"}
        fallback={<span class={`${CONTROL} inline-flex items-center`}>midnight</span>}
      >
        <input
          type="time"
          class={CONTROL}
          aria-label={`${props.name}: texts until`}
          value={props.window.close}
          onChange={(event) => props.onChange({ ...props.window, close: event.currentTarget.value })}
        />
      </Show>
      <Show when={props.window.close < props.window.open}>
        <span class="text-xs text-muted">next day</span>
      </Show>
    </>
  );
}
