import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { mayOpen } from "../../shell/pages-list.ts";
import { useMe } from "../../shell/session-context.tsx";
import { countOf, formatCount, formatShare } from "../../ui/words/format.ts";

/** Today's figures. Each links to the rows that it counts, if the person may see them. */
export function Tiles(props: { summary: Summary }): JSX.Element {
  const today = () => props.summary.today;
  const since = () => encodeURIComponent(today().since);
  const share = (count: number) =>
    today().submitted > 0 ? `${formatShare(count / today().submitted)} of sent` : "Nothing sent yet";
  return (
    <ul class="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-3 xl:grid-cols-6" aria-label="Today">
      <Tile
        href={`/messages?submittedSince=${since()}`}
        label="Sent today"
        value={today().submitted}
        note="To the carrier"
      />
      <Tile
        href={`/messages?submittedSince=${since()}&status=delivered`}
        label="Delivered today"
        value={today().delivered}
        note={share(today().delivered)}
      />
      <Tile
        href={`/messages?submittedSince=${since()}&status=failed`}
        label="Failed today"
        value={today().failed}
        note={share(today().failed)}
      />
      <Tile
        href={`/do-not-contact?since=${since()}`}
        label="Opt-outs today"
        value={today().optOuts}
        note="Not texted again"
      />
      <Tile
        href="/inbox?view=unread"
        label="Unread"
        value={props.summary.inbox.unread}
        note="Conversations in the inbox"
      />
      <Tile
        href="/messages?status=queued"
        label="Queued"
        value={today().queued}
        note={`${countOf(props.summary.queue.waiting, "batch", "batches")} queued`}
      />
    </ul>
  );
}

function Tile(props: { href: string; label: string; value: number; note: string }): JSX.Element {
  const me = useMe();
  const figures = () => (
    <>
      <span class="block text-[0.8125rem] text-muted">{props.label}</span>
      <span class="mt-1 block text-2xl font-semibold tracking-tight" translate="no">
        {formatCount(props.value)}
      </span>
      <span class="mt-0.5 block text-xs text-muted" translate="no">
        {props.note}
      </span>
    </>
  );
  return (
    <li class="min-w-0">
      <Show
        when={mayOpen(me().permissions, props.href.split("?")[0]!)}
        fallback={<div class={TILE}>{figures()}</div>}
      >
        <A href={props.href} class={`${TILE} hover:border-edge`}>
          {figures()}
        </A>
      </Show>
    </li>
  );
}

const TILE = "block h-full rounded-xl border border-line bg-surface p-4 shadow-card";
