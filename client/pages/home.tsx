import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import { type Summary, summaryQuery } from "../data/home.ts";
import { PauseButton, ResumeButton } from "../shell/kill-switch.tsx";
import { useDenied, useMe } from "../shell/session-context.tsx";
import { LinkButton } from "../ui/button.tsx";
import { thisSecond } from "../ui/clock.ts";
import { countOf, formatCount, formatDuration, formatShare } from "../ui/format.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Empty, Loaded, Skeleton } from "../ui/loaded.tsx";
import { Moment } from "../ui/moment.tsx";
import { Card, PageHead } from "../ui/page.tsx";
import { CampaignLine } from "./campaigns/campaign-line.tsx";
import { BudgetBars } from "./settings/budget-bars.tsx";

export default function HomePage(): JSX.Element {
  const denied = useDenied();
  const me = useMe();
  const summary = useQuery(summaryQuery);
  return (
    <>
      <PageHead
        title="Home"
        lead={`${me().tenant.name} · days and budgets begin at midnight in ${me().tenant.timezone}`}
        actions={
          <>
            <LinkButton href="/contacts/import?new=1" denied={denied("imports.run")} icon="upload">
              Import contacts
            </LinkButton>
            <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus" look="primary">
              New campaign
            </LinkButton>
          </>
        }
      />
      <Loaded query={summary} skeleton={<HomeSkeleton />}>
        {(data) => (
          <div class="grid gap-6">
            <SendingCard summary={data()} />
            <Tiles summary={data()} />
            <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
              <Running summary={data()} />
              <Card
                title="Budget"
                actions={
                  <A href="/settings#limits" class="text-accent hover:underline">
                    Change
                  </A>
                }
              >
                <BudgetBars budget={data().budget} currency={me().tenant.currency} />
              </Card>
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

type State = { tone: string; icon: IconName; title: string; text: JSX.Element };
const WORKER_LOST_MS = 30_000;

/** The one question first: is it sending, and if not, why? */
function SendingCard(props: { summary: Summary }): JSX.Element {
  const state = () => stateOf(props.summary);
  return (
    <section
      aria-label="Is it sending?"
      class="flex flex-wrap items-center gap-4 rounded-xl border border-line bg-surface p-5 shadow-card"
    >
      <span class={`grid size-11 place-items-center rounded-full ${state().tone}`}>
        <Icon name={state().icon} class="size-5" />
      </span>
      <div class="min-w-0 flex-1 basis-56">
        <h2 class="text-base font-semibold">{state().title}</h2>
        <div class="text-muted">{state().text}</div>
      </div>
      <Show when={!props.summary.paused} fallback={<ResumeButton primary />}>
        <PauseButton />
      </Show>
    </section>
  );
}

function stateOf(summary: Summary): State {
  const seenAt = summary.queue.workerSeenAt;
  const lostMs = seenAt ? thisSecond().getTime() - new Date(seenAt).getTime() : null;
  if (summary.paused) {
    const text = <>Nothing is handed to the carrier until somebody resumes it. What waits is kept.</>;
    return { tone: "bg-danger-soft text-danger", icon: "pause", title: "Sending is paused", text };
  }
  if (lostMs === null || lostMs > WORKER_LOST_MS) {
    const since =
      lostMs === null
        ? "No worker has reported yet."
        : `The last worker reported ${formatDuration(lostMs)} ago.`;
    const text = (
      <>
        {since} Nothing is sent until one runs: start it, or see{" "}
        <A href="/system" class="text-accent underline">
          System
        </A>
        .
      </>
    );
    return { tone: "bg-danger-soft text-danger", icon: "warning", title: "No worker is running", text };
  }
  if (summary.running.length > 0) {
    const text = <>{countOf(summary.running.length, "campaign is", "campaigns are")} on the way.</>;
    return { tone: "bg-ok-soft text-ok", icon: "send", title: "Sending", text };
  }
  return {
    tone: "bg-ok-soft text-ok",
    icon: "check",
    title: "Ready",
    text: <>All is well, and no campaign is running.</>,
  };
}

function Tiles(props: { summary: Summary }): JSX.Element {
  const today = () => props.summary.today;
  const share = (count: number) =>
    today().handedOver > 0
      ? `${formatShare(count / today().handedOver)} of handed over`
      : "Nothing handed over yet";
  return (
    <ul class="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-3 xl:grid-cols-6" aria-label="Today">
      <Tile href="/messages" label="Handed over today" value={today().handedOver} note="To the carrier" />
      <Tile
        href="/messages?status=delivered"
        label="Delivered today"
        value={today().delivered}
        note={share(today().delivered)}
      />
      <Tile
        href="/messages?status=failed"
        label="Failed today"
        value={today().failed}
        note="Refused or undelivered"
      />
      <Tile href="/do-not-contact" label="Opt-outs today" value={today().optOuts} note="Never texted again" />
      <Tile href="/contacts" label="Replies today" value={today().replies} note="In their conversations" />
      <Tile
        href="/messages?status=queued"
        label="Waiting"
        value={props.summary.running.reduce((sum, campaign) => sum + campaign.waiting, 0)}
        note="In running campaigns"
      />
    </ul>
  );
}

function Tile(props: { href: string; label: string; value: number; note: string }): JSX.Element {
  return (
    <li class="min-w-0">
      <A
        href={props.href}
        class="block h-full rounded-xl border border-line bg-surface p-4 shadow-card hover:border-edge"
      >
        <span class="block text-[0.8125rem] text-muted">{props.label}</span>
        <span class="mt-1 block text-2xl font-semibold tracking-tight">{formatCount(props.value)}</span>
        <span class="mt-0.5 block text-xs text-muted">{props.note}</span>
      </A>
    </li>
  );
}

function Running(props: { summary: Summary }): JSX.Element {
  const denied = useDenied();
  return (
    <Card
      title="Running campaigns"
      flush
      actions={
        <A href="/campaigns" class="text-accent hover:underline">
          All campaigns
        </A>
      }
    >
      <Show
        when={props.summary.running.length > 0}
        fallback={
          <Empty
            icon="send"
            title="No campaign is running"
            action={
              <LinkButton href="/campaigns/new" denied={denied("campaigns.write")} icon="plus">
                New campaign
              </LinkButton>
            }
          >
            <Show
              when={props.summary.drafts > 0}
              fallback="Write one, see what it will cost and when it will finish, then launch it."
            >
              <A href="/campaigns?status=draft" class="text-accent underline">
                {countOf(props.summary.drafts, "draft")}
              </A>{" "}
              {props.summary.drafts === 1 ? "waits" : "wait"} to be launched.
            </Show>
          </Empty>
        }
      >
        <ul>
          <For each={props.summary.running}>{(campaign) => <CampaignLine campaign={campaign} />}</For>
        </ul>
      </Show>
      <Show when={props.summary.queue.workerSeenAt}>
        <p class="border-t border-line px-5 py-3 text-[0.8125rem] text-muted">
          Worker last seen <Moment at={props.summary.queue.workerSeenAt} ago />
        </p>
      </Show>
    </Card>
  );
}

function HomeSkeleton(): JSX.Element {
  return (
    <div class="grid gap-6">
      <Skeleton class="h-21 w-full rounded-xl" />
      <div class="grid grid-cols-2 gap-4 lg:grid-cols-3 xl:grid-cols-6">
        <For each={[1, 2, 3, 4, 5, 6]}>{() => <Skeleton class="h-24 rounded-xl" />}</For>
      </div>
      <Skeleton class="h-64 w-full rounded-xl" />
    </div>
  );
}
