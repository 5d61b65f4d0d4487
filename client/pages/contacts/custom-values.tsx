import { For, type JSX, Match, Switch } from "solid-js";
import type { FieldRow } from "../../data/contacts/fields.ts";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { FIELD_VALUE_HINTS } from "../../ui/words/field-words.ts";

/** One value of a custom field, entered by its type. */
export function CustomValueField(props: {
  field: Pick<FieldRow, "label" | "type" | "choices">;
  value: string;
  onInput: (value: string) => void;
}): JSX.Element {
  const options = () => (props.field.type === "yes-no" ? ["yes", "no"] : [...props.field.choices]);
  // A value from before the field had its type must stay visible.
  const shown = () =>
    props.value === "" || options().includes(props.value) ? options() : [props.value, ...options()];
  return (
    <Switch
      fallback={
        <TextField
          label={props.field.label}
          hint={FIELD_VALUE_HINTS[props.field.type]}
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      }
    >
      <Match when={props.field.type === "yes-no" || props.field.type === "choice"}>
        <Select
          label={props.field.label}
          value={props.value}
          onChange={(event) => props.onInput(event.currentTarget.value)}
        >
          <option value="">–</option>
          <For each={shown()}>
            {(option) => (
              <option value={option} selected={option === props.value}>
                {option}
              </option>
            )}
          </For>
        </Select>
      </Match>
    </Switch>
  );
}

/** Returns a stored value as pages show it. */
export function customValueWords(type: FieldRow["type"] | undefined, value: string): string {
  if (type === "yes-no") return value === "yes" ? "Yes" : value === "no" ? "No" : value;
  if (type !== "date" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const day = new Date(`${value}T00:00:00Z`);
  return day.toLocaleDateString(undefined, { timeZone: "UTC", dateStyle: "medium" });
}
