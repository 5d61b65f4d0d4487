import type { JSX } from "solid-js";
import { TextField } from "./field.tsx";

/** A field for the six digits of an authenticator app, which phones and password managers can fill. */
export function CodeField(props: {
  value: string;
  hint?: string;
  onInput: (code: string) => void;
}): JSX.Element {
  return (
    <TextField
      label="Code from your app"
      hint={props.hint ?? "Six digits. Each code works once."}
      inputMode="numeric"
      autocomplete="one-time-code"
      maxLength={7}
      required
      class="font-mono tracking-widest"
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}
