import { createSignal, For, type JSX, Show } from "solid-js";
import { type FieldRow, useFillField } from "../../data/contacts/fields.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Select } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { countOf } from "../../ui/words/format.ts";
import { CustomValueField } from "./custom-values.tsx";

/** Sets a custom field of all contacts with a tag, or blanks it. */
export function FillFieldDialog(props: {
  open: boolean;
  tag: string;
  fields: readonly FieldRow[];
  onClose: () => void;
}): JSX.Element {
  const fill = useFillField();
  const [name, setName] = createSignal("");
  const [value, setValue] = createSignal("");
  const field = () => props.fields.find((one) => one.name === name());
  const save = () =>
    fill.mutate(
      { name: name(), value: value().trim() || null, of: { kind: "tags", tags: [props.tag] } },
      {
        onSuccess: ({ changed }) => {
          notifyDone(`Changed ${countOf(changed, "contact")}.`);
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Set a field of contacts tagged ${props.tag}`}
      action="Set field"
      pending={fill.isPending}
      denied={field() ? undefined : "Choose a field"}
      error={fill.isError ? sentenceOf(fill.error) : undefined}
      onConfirm={save}
    >
      <Select
        label="Field"
        value={name()}
        onChange={(event) => {
          setName(event.currentTarget.value);
          setValue("");
        }}
      >
        <option value="">Choose a field</option>
        <For each={props.fields}>
          {(one) => (
            <option value={one.name} selected={one.name === name()}>
              {one.label}
            </option>
          )}
        </For>
      </Select>
      <Show when={field()}>
        {(chosen) => (
          <>
            <CustomValueField field={chosen()} value={value()} onInput={setValue} />
            <p class="text-[0.8125rem] text-muted">Leave it empty to remove the value.</p>
          </>
        )}
      </Show>
    </Confirm>
  );
}
