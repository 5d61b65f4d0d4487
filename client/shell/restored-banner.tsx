import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { restoreQuery } from "../data/restore.ts";
import { useQuery } from "../data/use-query.ts";
import { Icon } from "../ui/icon.tsx";
import { Moment } from "../ui/moment.tsx";

/** On every page while a restore keeps sending locked. */
export function RestoredBanner(): JSX.Element {
  const query = useQuery(restoreQuery);
  return (
    <div role="status">
      <Show when={query.isPending ? undefined : query.data}>
        {(restore) => (
          <div class="border-b border-line bg-danger-soft">
            <div class="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 sm:px-8">
              <Icon name="warning" class="size-4 text-danger" />
              <p class="min-w-0 flex-1 basis-72">
                <strong class="font-semibold text-danger">Sending is locked</strong>: the database was
                restored as of <Moment at={restore().backupAt} precision="second" />.
              </p>
              <A href="/system" class="font-medium text-accent underline">
                See what it had missed
              </A>
            </div>
          </div>
        )}
      </Show>
    </div>
  );
}
