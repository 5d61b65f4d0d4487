import { For, type JSX } from "solid-js";
import { mergeFieldsQuery } from "../../../data/campaigns.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Icon } from "../../../ui/icon.tsx";
import { warningsOf } from "./draft.ts";

/** What is wrong with a text, and what would make it better: the checks of a launch. */
export function TextAdvice(props: { body: string }): JSX.Element {
  const mergeFields = useQuery(mergeFieldsQuery);
  // Before the fields are known, each of the tenant's own would look unknown.
  const sentences = () => (mergeFields.isSuccess ? warningsOf(props.body, mergeFields.data) : []);
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
