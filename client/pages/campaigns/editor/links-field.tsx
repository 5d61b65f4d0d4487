import { linkFaults } from "@smscrm/core/links/written-links";
import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { linkSettingsQuery } from "../../../data/campaigns/short-links.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Checkbox } from "../../../ui/controls/field.tsx";
import { Icon } from "../../../ui/icon.tsx";

/** The switch for short links, and what stands against them. */
export function LinksField(props: {
  body: string;
  on: boolean;
  onChange: (on: boolean) => void;
}): JSX.Element {
  const settings = useQuery(linkSettingsQuery);
  const faults = () =>
    props.on && settings.isSuccess ? linkFaults(props.body, settings.data.allowedHosts) : [];
  return (
    <div>
      <Checkbox
        label="Shorten and count links"
        hint="Each recipient gets a short link of their own in the place of every https:// link."
        checked={props.on}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <Show when={faults().length > 0}>
        <ul class="mt-2 grid gap-1.5" aria-label="What stands against short links">
          <For each={faults()}>
            {(fault) => (
              <li class="flex gap-2 text-[0.8125rem]">
                <Icon name="warning" class="mt-0.5 size-4 text-warn" />
                <span class="min-w-0 wrap-anywhere">{fault}</span>
              </li>
            )}
          </For>
        </ul>
        <p class="mt-1.5 text-[0.8125rem]">
          <A href="/settings#short-links" class="text-accent hover:underline">
            Open the settings of short links
          </A>
        </p>
      </Show>
    </div>
  );
}
