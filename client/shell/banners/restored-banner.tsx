import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { restoreQuery } from "../../data/restore.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Icon } from "../../ui/icon.tsx";
import { Moment } from "../../ui/time/moment.tsx";

/** Shown on every page while sending is locked after a restore. */
export function RestoredBanner(): JSX.Element {
  const query = useQuery(restoreQuery);
  return (
    <div role="status">
      <Show when={query.data}>
        {(restore) => (
          <div class="border-b border-line bg-danger-soft">
            <div class="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 sm:px-8">
              <Icon name="warning" class="size-4 text-danger" />
              <p class="min-w-0 flex-1 basis-72">
                <strong class="font-semibold text-danger">Sending is locked.</strong> The database was
                restored to <Moment at={restore().backupAt} precision="second" />.
              </p>
              <A href="/system" class="font-medium text-accent underline">
                Review what is missing
              </A>
            </div>
          </div>
        )}
      </Show>
    </div>
  );
}
