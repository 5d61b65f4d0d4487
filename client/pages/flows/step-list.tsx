import { FLOW_DEPTH_MAX, type FlowStep } from "@smscrm/core/flows/definition";
import { For, Index, type JSX, Match, Show, Switch } from "solid-js";
import type { FieldRow } from "../../data/contacts/fields.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Checkbox, Select, TextArea, TextField } from "../../ui/controls/field.tsx";
import { GroupEditor } from "../audiences/group-editor.tsx";
import { inUnits, newStep, STEP_NAMES, toMinutes, type Unit } from "./flow-words.ts";
import { StepTemplate } from "./step-template.tsx";

interface Around {
  fields: readonly FieldRow[];
  assignees: readonly { id: string; name: string }[];
}

/** The steps of a flow, or of a branch. `place`: the branch, such as "2.replied"; absent for the flow. */
export function StepList(props: {
  steps: readonly FlowStep[];
  around: Around;
  depth: number;
  place?: string;
  onChange: (steps: FlowStep[]) => void;
}): JSX.Element {
  const placeOf = (at: number) => `${props.place ? `${props.place}.` : ""}${at + 1}`;
  const replace = (at: number, step: FlowStep) =>
    props.onChange(props.steps.map((one, nth) => (nth === at ? step : one)));
  const remove = (at: number) => props.onChange(props.steps.filter((_, nth) => nth !== at));
  const up = (at: number) => {
    const next = [...props.steps];
    [next[at - 1], next[at]] = [next[at]!, next[at - 1]!];
    props.onChange(next);
  };
  const kinds = () =>
    (Object.keys(STEP_NAMES) as FlowStep["do"][]).filter(
      (kind) => props.depth <= FLOW_DEPTH_MAX || (kind !== "condition" && kind !== "wait-for-reply"),
    );
  return (
    <div class="grid gap-3">
      <ol class="grid gap-3">
        {/* By place, not by value: a step that changes stays, and keeps the focus. */}
        <Index each={props.steps}>
          {(step, at) => (
            <li class="min-w-0 rounded-lg border border-line bg-surface p-3">
              <div class="mb-3 flex flex-wrap items-center justify-between gap-2">
                <b class="font-semibold">
                  {placeOf(at)}. {STEP_NAMES[step().do]}
                </b>
                <span class="flex gap-2">
                  <Show when={at > 0}>
                    <Button size="small" aria-label={`Move up step ${placeOf(at)}`} onClick={() => up(at)}>
                      Move up
                    </Button>
                  </Show>
                  <Button
                    size="small"
                    icon="trash"
                    aria-label={`Remove step ${placeOf(at)}`}
                    onClick={() => remove(at)}
                  >
                    Remove
                  </Button>
                </span>
              </div>
              <StepFields
                step={step()}
                around={props.around}
                depth={props.depth}
                place={placeOf(at)}
                onChange={(next) => replace(at, next)}
              />
            </li>
          )}
        </Index>
      </ol>
      <Select
        label={props.place ? `Add a step to ${props.place}` : "Add a step"}
        fieldClass="w-64 max-w-full"
        value=""
        onChange={(event) => {
          const kind = event.currentTarget.value as FlowStep["do"] | "";
          event.currentTarget.value = "";
          if (kind !== "") props.onChange([...props.steps, newStep(kind)]);
        }}
      >
        <option value="">Choose…</option>
        <For each={kinds()}>{(kind) => <option value={kind}>{STEP_NAMES[kind]}</option>}</For>
      </Select>
    </div>
  );
}

type Of<Kind extends FlowStep["do"]> = Extract<FlowStep, { do: Kind }>;

function StepFields(props: {
  step: FlowStep;
  around: Around;
  depth: number;
  place: string;
  onChange: (step: FlowStep) => void;
}): JSX.Element {
  const is = <Kind extends FlowStep["do"]>(kind: Kind) =>
    props.step.do === kind ? (props.step as Of<Kind>) : undefined;
  const branch = (
    name: string,
    heading: string,
    steps: readonly FlowStep[],
    set: (steps: FlowStep[]) => void,
  ) => (
    <fieldset class="mt-3 min-w-0 border-l-2 border-line pl-3">
      <legend class="mb-2 font-medium">{heading}</legend>
      <StepList
        steps={steps}
        around={props.around}
        depth={props.depth + 1}
        place={`${props.place}.${name}`}
        onChange={set}
      />
    </fieldset>
  );
  return (
    <Switch>
      <Match when={is("send")}>
        {(step) => (
          <div class="grid gap-3">
            <StepTemplate step={step()} place={props.place} onChange={props.onChange} />
            <TextArea
              label={`Message of step ${props.place}`}
              hideLabel
              hint="Merge fields and snippets work as in a campaign, such as {{first_name|there}}."
              rows={3}
              value={step().body}
              onInput={(event) => props.onChange({ ...step(), body: event.currentTarget.value })}
            />
          </div>
        )}
      </Match>
      <Match when={is("wait")}>
        {(step) => (
          <Duration
            label={`Wait of step ${props.place}`}
            minutes={step().minutes}
            onChange={(minutes) => props.onChange({ ...step(), minutes })}
          />
        )}
      </Match>
      <Match when={is("wait-for-reply")}>
        {(step) => (
          <>
            <Duration
              label={`Longest wait of step ${props.place}`}
              minutes={step().minutes}
              onChange={(minutes) => props.onChange({ ...step(), minutes })}
            />
            {branch("replied", "If they reply", step().replied, (replied) =>
              props.onChange({ ...step(), replied }),
            )}
            {branch("silent", "If they don't", step().silent, (silent) =>
              props.onChange({ ...step(), silent }),
            )}
          </>
        )}
      </Match>
      <Match when={is("condition")}>
        {(step) => (
          <>
            <GroupEditor
              group={step().if}
              fields={props.around.fields}
              self={undefined}
              depth={1}
              onChange={(group) => props.onChange({ ...step(), if: group })}
            />
            {branch("met", "If they meet it", step().met, (met) => props.onChange({ ...step(), met }))}
            {branch("unmet", "If they don't", step().unmet, (unmet) => props.onChange({ ...step(), unmet }))}
          </>
        )}
      </Match>
      <Match when={is("tag")}>
        {(step) => (
          <div class="grid gap-3">
            <TextField
              label={`Tag of step ${props.place}`}
              maxLength={50}
              value={step().tag}
              onInput={(event) => props.onChange({ ...step(), tag: event.currentTarget.value })}
            />
            <Checkbox
              label="Remove it instead"
              checked={step().remove}
              onChange={(event) => props.onChange({ ...step(), remove: event.currentTarget.checked })}
            />
          </div>
        )}
      </Match>
      <Match when={is("assign")}>
        {(step) => (
          <Select
            label={`Member of step ${props.place}`}
            hint="Someone who never wrote has no conversation to assign."
            value={step().userId ?? ""}
            onChange={(event) => props.onChange({ ...step(), userId: event.currentTarget.value || null })}
          >
            <option value="">Nobody</option>
            <For each={props.around.assignees}>
              {(member) => (
                <option value={member.id} selected={member.id === step().userId}>
                  {member.name}
                </option>
              )}
            </For>
          </Select>
        )}
      </Match>
      <Match when={is("end")}>
        <p class="text-muted">They leave the flow here.</p>
      </Match>
    </Switch>
  );
}

function Duration(props: {
  label: string;
  minutes: number;
  onChange: (minutes: number) => void;
}): JSX.Element {
  const shown = () => inUnits(props.minutes);
  return (
    <div class="flex flex-wrap items-end gap-2">
      <TextField
        label={props.label}
        fieldClass="w-40"
        type="number"
        min={1}
        value={shown().count}
        onChange={(event) => props.onChange(toMinutes(Number(event.currentTarget.value) || 1, shown().unit))}
      />
      <Select
        label={`Unit: ${props.label}`}
        hideLabel
        fieldClass="w-32"
        value={shown().unit}
        onChange={(event) => props.onChange(toMinutes(shown().count, event.currentTarget.value as Unit))}
      >
        <For each={["minutes", "hours", "days"] as const}>
          {(unit) => (
            <option value={unit} selected={unit === shown().unit}>
              {unit}
            </option>
          )}
        </For>
      </Select>
    </div>
  );
}
