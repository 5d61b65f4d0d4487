import { type JSX, Show } from "solid-js";
import { Button } from "../../ui/controls/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { useEnterTenant } from "../enter-tenant.ts";
import { useMe } from "../session-context.tsx";

/** Shown on every page to a platform operator who looks into an organisation. */
export function VisitBanner(): JSX.Element {
  const me = useMe();
  const enter = useEnterTenant();
  const others = () => me().tenants.filter(({ id }) => id !== me().tenant.id);
  return (
    <Show when={me().visitsUntil}>
      {(until) => (
        <div class="border-b border-line bg-warn-soft" role="status">
          <div class="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 sm:px-8">
            <Icon name="info" class="size-4 text-warn" />
            <p class="min-w-0 flex-1 basis-72">
              <strong class="font-semibold text-warn">You are looking into {me().tenant.name}</strong> until{" "}
              <Moment at={until()} />. You can change nothing. Everything you open is in its audit log.
            </p>
            <Show when={others()[0]}>
              {(other) => (
                <Button size="small" onClick={() => void enter(other().id)}>
                  Leave
                </Button>
              )}
            </Show>
          </div>
        </div>
      )}
    </Show>
  );
}
