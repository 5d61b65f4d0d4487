import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { safeguardsQuery } from "../../data/rules/safeguards.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Icon } from "../../ui/icon.tsx";

/** Shown on every page in trial mode. */
export function TrialBanner(): JSX.Element {
  const query = useQuery(safeguardsQuery);
  return (
    <div role="status">
      <Show when={query.data?.trialSince}>
        <div class="border-b border-line bg-warn-soft">
          <div class="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 sm:px-8">
            <Icon name="info" class="size-4 text-warn" />
            <p class="min-w-0 flex-1 basis-72">
              <strong class="font-semibold text-warn">Trial mode.</strong> Only your team’s own numbers are
              texted.
            </p>
            <A href="/settings#trial" class="font-medium text-accent underline">
              Open trial mode
            </A>
          </div>
        </div>
      </Show>
    </div>
  );
}
