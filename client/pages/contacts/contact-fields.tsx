import type { JSX } from "solid-js";
import { TextField } from "../../ui/controls/field.tsx";

type Form = { firstName: string; lastName: string; tags: string };
type FieldsProps = { form: Form; onInput: (key: keyof Form, value: string) => void };

export function NameFields(props: FieldsProps): JSX.Element {
  return (
    <div class="grid grid-cols-2 gap-3">
      <TextField
        label="First name"
        value={props.form.firstName}
        onInput={(event) => props.onInput("firstName", event.currentTarget.value)}
      />
      <TextField
        label="Last name"
        value={props.form.lastName}
        onInput={(event) => props.onInput("lastName", event.currentTarget.value)}
      />
    </div>
  );
}

export function TagsField(props: FieldsProps): JSX.Element {
  return (
    <TextField
      label="Tags"
      hint="Separated by commas"
      value={props.form.tags}
      onInput={(event) => props.onInput("tags", event.currentTarget.value)}
    />
  );
}
