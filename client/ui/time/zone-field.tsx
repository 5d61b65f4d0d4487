import { createUniqueId, For, type JSX } from "solid-js";
import { TextField } from "../controls/field.tsx";

const ZONES = Intl.supportedValuesOf("timeZone");

/** A field for an IANA zone name, with the browser's list of zones to choose from. */
export function ZoneField(props: {
  label: string;
  hint?: string;
  value: string;
  disabled?: boolean;
  onInput: (zone: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <>
      <TextField
        label={props.label}
        hint={props.hint}
        list={id}
        placeholder="Australia/Sydney"
        disabled={props.disabled}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value.trim())}
      />
      <datalist id={id}>
        <For each={ZONES}>{(zone) => <option value={zone} />}</For>
      </datalist>
    </>
  );
}
