import { For, type JSX, Show } from "solid-js";
import { Checkbox } from "../../../ui/controls/field.tsx";

/** What a change would allow that is forbidden until now. Nothing was saved yet. */
export function Loosened(props: {
  loosens: readonly string[];
  accepted: boolean;
  /** Other operators, one of whom must activate it; empty: there is none. */
  others: readonly string[];
  onAccept: (accepted: boolean) => void;
}): JSX.Element {
  return (
    <Show when={props.loosens.length > 0}>
      <div role="alert" class="grid gap-3 rounded-lg border border-line bg-warn-soft p-4">
        <p class="font-medium">This allows what is forbidden until now. It is not saved yet.</p>
        <ul class="grid gap-1.5 text-sm">
          <For each={props.loosens}>{(sentence) => <li class="wrap-anywhere">{sentence}</li>}</For>
        </ul>
        <Show
          when={props.others.length === 0}
          fallback={
            <p class="wrap-anywhere">
              Another operator must activate it as a draft: {props.others.slice(0, 5).join(", ")}.
            </p>
          }
        >
          <Checkbox
            label="I have read the source, and it allows this"
            checked={props.accepted}
            onChange={(event) => props.onAccept(event.currentTarget.checked)}
          />
        </Show>
      </div>
    </Show>
  );
}

/** Why a change can't be saved yet; undefined: it can. */
export function notSavable(
  loosens: readonly string[],
  others: readonly string[],
  accepted: boolean,
): string | undefined {
  if (loosens.length === 0) return undefined;
  if (others.length > 0) return "Another operator must activate it, as a draft";
  return accepted ? undefined : "Say that the source allows it";
}
