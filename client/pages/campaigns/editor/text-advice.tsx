import { For, type JSX } from "solid-js";
import { Icon } from "../../../ui/icon.tsx";
import { warningsOf } from "./draft.ts";
import { useTextParts } from "./languages/snippet-texts.ts";

/** What is wrong with a text, and what would make it better: the checks of a launch. */
export function TextAdvice(props: { body: string }): JSX.Element {
  const parts = useTextParts();
  // Before the fields are known, each of the tenant's own would look unknown.
  const sentences = () => (parts.isKnown() ? warningsOf(props.body, parts.names()) : []);
  return (
    <ul class="grid gap-1.5 empty:hidden" aria-label="Advice on the text">
      <For each={sentences()}>
        {(sentence) => (
          <li class="flex gap-2 text-[0.8125rem]">
            <Icon name="warning" class="mt-0.5 size-4 text-warn" />
            {sentence}
          </li>
        )}
      </For>
    </ul>
  );
}
