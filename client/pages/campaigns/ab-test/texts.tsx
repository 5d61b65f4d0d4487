import { variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import { For, type JSX, Show } from "solid-js";

/** All texts of a campaign, each as a message. With several, each has its letter. */
export function Texts(props: { bodies: readonly string[] }): JSX.Element {
  return (
    <div class="mb-5 grid gap-3">
      <For each={props.bodies}>
        {(body, at) => (
          <div>
            <Show when={props.bodies.length > 1}>
              <p class="mb-1 text-xs font-medium text-muted">Text {variantName(at() + 1)}</p>
            </Show>
            <p class="w-fit max-w-full rounded-2xl rounded-bl-md bg-sunken px-4 py-3 wrap-anywhere whitespace-pre-wrap">
              {body}
            </p>
          </div>
        )}
      </For>
    </div>
  );
}
