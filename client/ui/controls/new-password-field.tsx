import type { JSX } from "solid-js";
import { TextField } from "./field.tsx";

/** A field for a new password, which password managers can fill. */
export function NewPasswordField(props: {
  label: string;
  hint?: string;
  value: string;
  onInput: (password: string) => void;
}): JSX.Element {
  return (
    <TextField
      label={props.label}
      type="password"
      autocomplete="new-password"
      required
      hint={props.hint ?? "At least 12 characters. A few words are easiest to remember."}
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}
