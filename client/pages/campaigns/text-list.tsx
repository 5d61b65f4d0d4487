import { variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { SnippetText } from "@smscrm/core/text/snippets";
import { For, type JSX, Show } from "solid-js";
import { languageName } from "../../ui/words/language-words.ts";

const BUBBLE =
  "w-fit max-w-full rounded-2xl rounded-bl-md bg-sunken px-4 py-3 wrap-anywhere whitespace-pre-wrap";

/** All texts of a campaign, the default first. `snippets`: those in it, as they are or were approved. */
export function TextList(props: {
  body: string;
  language: string;
  texts: readonly { variant: number; language: string; body: string }[];
  snippets?: readonly SnippetText[];
}): JSX.Element {
  const isTest = () => props.texts.some(({ variant }) => variant > 1);
  return (
    <div class="mb-5 grid gap-3">
      <Show when={props.texts.length > 0}>
        <p class="text-[0.8125rem] text-muted">
          {isTest() ? `Text ${variantName(1)}` : `${languageName(props.language)}, default`}
        </p>
      </Show>
      <p class={BUBBLE}>{props.body}</p>
      <For each={props.texts}>
        {(text) => (
          <>
            <p class="text-[0.8125rem] text-muted">
              {text.variant > 1 ? `Text ${variantName(text.variant)}` : languageName(text.language)}
            </p>
            <p class={BUBBLE} lang={text.language || undefined}>
              {text.body}
            </p>
          </>
        )}
      </For>
      <For each={props.snippets ?? []}>
        {(snippet) => (
          <p class="text-[0.8125rem] wrap-anywhere">
            <code>{`{{snippet:${snippet.name}}}`}</code>{" "}
            <span class="text-muted">
              {[snippet.country, snippet.language].filter(Boolean).join(", ") || "everyone"}:
            </span>{" "}
            {snippet.body}
          </p>
        )}
      </For>
    </div>
  );
}
