import { createUniqueId, For, type JSX, Match, Switch } from "solid-js";
import { Select, TextField } from "../../../ui/controls/field.tsx";
import type { FieldSpec, PartValues } from "./part-forms.ts";

/** A text of several lines, with its label and hint. */
export function LinesField(props: {
  label: string;
  hint?: string | undefined;
  rows?: number;
  mono?: boolean;
  value: string;
  onInput: (value: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="sm:col-span-2">
      <label for={id} class="mb-1.5 block font-medium">
        {props.label}
      </label>
      <textarea
        id={id}
        rows={props.rows ?? 4}
        spellcheck={false}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        class={`w-full rounded-lg border border-edge bg-surface px-3 py-1.5 text-sm text-ink ${props.mono ? "font-mono" : ""}`}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} class="mt-1.5 text-[0.8125rem] text-muted">
        {props.hint}
      </p>
    </div>
  );
}

/** The fields of a part's form. */
export function PartFields(props: {
  fields: readonly FieldSpec[];
  values: PartValues;
  onChange: (key: string, value: string) => void;
}): JSX.Element {
  return (
    <div class="grid gap-4 sm:grid-cols-2">
      <For each={props.fields}>
        {(field) => (
          <Switch>
            <Match when={field.kind === "lines"}>
              <LinesField
                label={field.label}
                hint={field.hint}
                value={props.values[field.key] ?? ""}
                onInput={(value) => props.onChange(field.key, value)}
              />
            </Match>
            <Match when={field.kind === "select"}>
              <Select
                label={field.label}
                hint={field.hint}
                value={props.values[field.key] ?? ""}
                onChange={(event) => props.onChange(field.key, event.currentTarget.value)}
              >
                <For each={field.options ?? []}>
                  {([value, label]) => (
                    <option value={value} selected={value === (props.values[field.key] ?? "")}>
                      {label}
                    </option>
                  )}
                </For>
              </Select>
            </Match>
            <Match when={field.kind === "text"}>
              <TextField
                label={field.label}
                hint={field.hint}
                autocomplete="off"
                value={props.values[field.key] ?? ""}
                onInput={(event) => props.onChange(field.key, event.currentTarget.value)}
              />
            </Match>
          </Switch>
        )}
      </For>
    </div>
  );
}
