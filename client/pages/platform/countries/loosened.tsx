import { For, type JSX, Show } from "solid-js";
import { Checkbox } from "../../../ui/controls/field.tsx";

/** What a change would allow that is forbidden until now. Nothing was saved yet. */
export function Loosened(props: {
  loosens: readonly string[];
  accepted: boolean;
  onAccept: (accepted: boolean) => void;
}): JSX.Element {
  return (
    <Show when={props.loosens.length > 0}>
      <div role="alert" class="grid gap-3 rounded-lg border border-line bg-warn-soft p-4">
        <p class="font-medium">This allows what is forbidden until now. It is not saved yet.</p>
        <ul class="grid gap-1.5 text-sm">
          <For each={props.loosens}>{(sentence) => <li class="wrap-anywhere">{sentence}</li>}</For>
        </ul>
        <Checkbox
          label="I have read the source, and it allows this"
          checked={props.accepted}
          onChange={(event) => props.onAccept(event.currentTarget.checked)}
        />
      </div>
    </Show>
  );
}
