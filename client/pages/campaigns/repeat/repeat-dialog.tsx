import { createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import { createStore } from "solid-js/store";
import { fieldsQuery } from "../../../data/contacts/fields.ts";
import { type SeriesInput, useStartSeries } from "../../../data/series.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Checkbox, Choices, Select, TextField } from "../../../ui/controls/field.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { WEEKDAYS } from "../../../ui/words/weekdays.ts";

type Every = SeriesInput["rule"]["every"];

/** Asks on which days a draft repeats. */
export function RepeatDialog(props: { open: boolean; onClose: () => void; campaignId: string }): JSX.Element {
  const me = useMe();
  const start = useStartSeries();
  const fields = useQuery(fieldsQuery);
  const [every, setEvery] = createSignal<Every>("week");
  const [form, setForm] = createStore({
    weekdays: [1] as number[],
    day: "1",
    field: "",
    offsetDays: "0",
    time: "09:00",
    endsOn: "",
    sendsLate: false,
  });
  const dateFields = () => (fields.isSuccess ? fields.data.filter(({ type }) => type === "date") : []);
  const rule = (): SeriesInput["rule"] => {
    const { time } = form;
    if (every() === "week") return { every: "week", weekdays: [...form.weekdays], time };
    if (every() === "month") return { every: "month", day: Number(form.day), time };
    return { every: "year", field: form.field, offsetDays: Number(form.offsetDays), time };
  };
  const fault = () => {
    if (form.time === "") return "Choose a time";
    if (every() === "week" && form.weekdays.length === 0) return "Choose at least one day";
    if (every() === "year" && form.field === "") return "Choose a date field";
    return undefined;
  };
  const toggle = (day: number, on: boolean) =>
    setForm("weekdays", (days) => (on ? [...days, day] : days.filter((each) => each !== day)));
  const confirm = () =>
    start.mutate(
      { id: props.campaignId, rule: rule(), endsOn: form.endsOn || null, sendsLate: form.sendsLate },
      {
        onSuccess: () => {
          props.onClose();
          notifyDone("It repeats from now on.");
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Repeat this campaign?"
      description="Each time a copy is launched automatically, to the audience as it is then. You can pause or end it."
      action="Start repeating"
      pending={start.isPending}
      denied={fault()}
      error={start.isError ? sentenceOf(start.error) : undefined}
      onConfirm={confirm}
    >
      <Choices
        legend="Repeat"
        value={every()}
        options={[
          { value: "week", label: "Every week" },
          { value: "month", label: "Every month" },
          {
            value: "year",
            label: "On a date of each contact",
            hint: "Such as a birthday: each contact gets it once a year.",
          },
        ]}
        onChange={setEvery}
      />
      <Switch>
        <Match when={every() === "week"}>
          <fieldset>
            <legend class="mb-2 font-medium">Days</legend>
            <div class="grid grid-cols-2 gap-2">
              <For each={WEEKDAYS}>
                {(name, index) => (
                  <Checkbox
                    label={name}
                    checked={form.weekdays.includes(index() + 1)}
                    onChange={(event) => toggle(index() + 1, event.currentTarget.checked)}
                  />
                )}
              </For>
            </div>
          </fieldset>
        </Match>
        <Match when={every() === "month"}>
          <TextField
            label="Day of the month"
            type="number"
            min={1}
            max={31}
            hint="A shorter month has its last day."
            value={form.day}
            onInput={(event) => setForm("day", event.currentTarget.value)}
          />
        </Match>
        <Match when={every() === "year"}>
          <Show
            when={dateFields().length > 0}
            fallback={
              <p class="text-muted">
                No custom field has the type date. Add one under{" "}
                <a href="/settings#fields" class="text-accent underline">
                  Settings
                </a>
                , for example “Birthday”.
              </p>
            }
          >
            <div class="grid gap-4 sm:grid-cols-2">
              <Select
                label="Date field"
                value={form.field}
                onChange={(event) => setForm("field", event.currentTarget.value)}
              >
                <option value="">Choose a field</option>
                <For each={dateFields()}>{(field) => <option value={field.name}>{field.label}</option>}</For>
              </Select>
              <TextField
                label="Days after it"
                type="number"
                min={-60}
                max={60}
                hint="Negative for days before."
                value={form.offsetDays}
                onInput={(event) => setForm("offsetDays", event.currentTarget.value)}
              />
            </div>
          </Show>
        </Match>
      </Switch>
      <div class="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Time"
          type="time"
          required
          hint={`In your organisation’s time zone, ${me().tenant.timezone}.`}
          value={form.time}
          onInput={(event) => setForm("time", event.currentTarget.value)}
        />
        <TextField
          label="Last day"
          type="date"
          hint="Leave empty for no end."
          value={form.endsOn}
          onInput={(event) => setForm("endsOn", event.currentTarget.value)}
        />
      </div>
      <Checkbox
        label="Send late"
        hint="If it could not launch within an hour of its time, for example while sending was paused. Otherwise it is recorded as missed."
        checked={form.sendsLate}
        onChange={(event) => setForm("sendsLate", event.currentTarget.checked)}
      />
    </Confirm>
  );
}
