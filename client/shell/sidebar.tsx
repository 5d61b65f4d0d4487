import { A, useLocation } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { waitingApprovalsQuery } from "../data/campaigns/approvals.ts";
import { inboxCountsQuery } from "../data/inbox.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { AlertCount } from "../pages/alerts/alert-count.tsx";
import { countWords } from "../pages/inbox/count-words.ts";
import { Icon } from "../ui/icon.tsx";
import { groupsFor, pageOf } from "./pages-list.ts";
import { useMe } from "./session-context.tsx";

export function Brand(): JSX.Element {
  const me = useMe();
  return (
    <A href="/" class="flex min-w-0 items-center gap-2.5 rounded-lg px-2 py-1.5">
      <img src="/icon.svg" alt="" class="size-7" width="28" height="28" />
      <span class="min-w-0">
        <span class="block text-sm leading-tight font-semibold">smscrm</span>
        <span class="block truncate text-xs leading-tight text-muted">{me().tenant.name}</span>
      </span>
    </A>
  );
}

/** The menu. `onGo` closes it on narrow screens. */
export function Navigation(props: { onGo?: () => void }): JSX.Element {
  const location = useLocation();
  const me = useMe();
  const current = () => pageOf(location.pathname)?.href;
  return (
    <nav aria-label="Main" class="grid gap-4">
      <For each={groupsFor(me().permissions)}>
        {(group) => (
          <div>
            <Show when={group.label}>
              <p class="px-2.5 pb-1 text-xs font-medium text-muted">{group.label}</p>
            </Show>
            <ul class="grid gap-0.5">
              <For each={group.pages}>
                {(page) => (
                  <li>
                    <A
                      href={page.href}
                      onClick={() => props.onGo?.()}
                      aria-current={current() === page.href ? "page" : undefined}
                      class="flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 text-muted hover:bg-sunken hover:text-ink data-[here=true]:bg-sunken data-[here=true]:font-medium data-[here=true]:text-ink"
                      data-here={current() === page.href}
                    >
                      <Icon name={page.icon} class="size-[1.125rem]" />
                      {page.label}
                      <Show when={page.href === "/campaigns"}>
                        <ApprovalsBadge />
                      </Show>
                      <Show when={page.href === "/inbox"}>
                        <InboxBadge />
                      </Show>
                      <Show when={page.href === "/alerts"}>
                        <AlertCount />
                      </Show>
                    </A>
                  </li>
                )}
              </For>
            </ul>
          </div>
        )}
      </For>
    </nav>
  );
}

/** The number of unread conversations. */
function InboxBadge(): JSX.Element {
  const counts = useQuery(inboxCountsQuery);
  return (
    <Show when={counts.isSuccess && counts.data.unread > 0}>
      <span
        translate="no"
        class="ml-auto rounded-full bg-accent-fill px-1.5 text-xs leading-5 font-semibold text-on-fill"
      >
        {countWords(counts.data?.unread ?? 0, counts.data?.most)}
        <span class="sr-only"> unread</span>
      </span>
    </Show>
  );
}

/** The number of launches that wait for this member: to decide, to launch, or to change. */
function ApprovalsBadge(): JSX.Element {
  const waiting = useQuery(waitingApprovalsQuery);
  const count = () => {
    if (!waiting.isSuccess) return 0;
    const { toDecide, toLaunch, returned, notLaunched } = waiting.data;
    return toDecide + toLaunch + returned + notLaunched;
  };
  return (
    <Show when={count() > 0}>
      <span
        translate="no"
        class="ml-auto rounded-full bg-accent-fill px-1.5 text-xs leading-5 font-semibold text-on-fill"
      >
        {count()}
        <span class="sr-only"> waiting for you</span>
      </span>
    </Show>
  );
}
